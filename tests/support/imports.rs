//! The imports between the files of a crate, and the types that it defines.
//!
//! A file imports another one if it names an item that is defined there: by `use`, or by a path in
//! the code such as `super::x::y()`. A name that a module only re-exports counts as an import of
//! the file that defines it. Code that is compiled only for tests is left out.
#![allow(dead_code)] // each test uses a part

use std::collections::{BTreeMap, BTreeSet};

use proc_macro2::{Delimiter, Group, Ident, TokenStream, TokenTree};

/// A crate's files and the imports between them.
pub struct Crate {
    modules: Vec<Module>,
    /// Names of all types, each with the places that define a type of that name. A place is a file,
    /// followed by the path of an inline module or by the number of a function's type.
    pub types: BTreeMap<String, BTreeSet<String>>,
    /// Files with a macro whose expansion defines a type, which is not in `types`.
    pub type_macros: BTreeSet<String>,
    /// For each file, the files that it imports, each with one path that causes the import.
    pub imports: BTreeMap<String, BTreeMap<String, String>>,
}

#[derive(Default)]
struct Module {
    /// Path of the file that contains the module, relative to the folder of the sources.
    file: String,
    parent: Option<usize>,
    /// Submodules by name. A module may have two forms with one name, of which a `cfg_attr` with a
    /// path chooses one.
    children: BTreeMap<String, Vec<usize>>,
    /// Names of the items that are defined in the module.
    items: BTreeSet<String>,
    /// Names that `use` imports, with the path of each.
    aliases: BTreeMap<String, Vec<Path>>,
    /// Paths of glob imports, such as `a` in `use a::*`.
    globs: Vec<Path>,
    /// Paths of all imports except globs.
    uses: Vec<Path>,
    /// Paths and single names in the code outside `use`.
    mentions: BTreeSet<Path>,
}

type Path = Vec<String>;

/// Results of looking a path up: modules, and files that define an item.
#[derive(Default)]
struct Found {
    modules: BTreeSet<usize>,
    files: BTreeSet<String>,
}

impl Crate {
    /// Reads the crate whose root is `root`. `read` returns the text of a file, or nothing if there
    /// is no such file. Names of files are paths relative to the folder of the sources, with `/`.
    pub fn read(root: &str, read: &dyn Fn(&str) -> Option<String>) -> Self {
        let mut sources = Crate {
            modules: Vec::new(),
            types: BTreeMap::new(),
            type_macros: BTreeSet::new(),
            imports: BTreeMap::new(),
        };
        let folder = root.rsplit_once('/').map_or("", |(folder, _)| folder);
        sources.add_file(root, folder, None, read);
        sources.link();
        sources
    }

    /// Adds the module of a file whose children are in `folder`, with the children.
    fn add_file(
        &mut self,
        file: &str,
        folder: &str,
        parent: Option<usize>,
        read: &dyn Fn(&str) -> Option<String>,
    ) -> usize {
        let text = read(file).unwrap_or_else(|| panic!("there is no {file}"));
        let tokens = text
            .parse::<TokenStream>()
            .unwrap_or_else(|error| panic!("{file}: {error}"));
        self.imports.entry(file.to_owned()).or_default();
        self.add_module(tokens, file, file.to_owned(), folder, parent, read)
    }

    /// Adds the second form of the module `twin`, which is in the file `path`. Both forms define the
    /// same names, so only types that `twin` does not define are new ones.
    fn add_second_form(
        &mut self,
        path: &str,
        twin: &str,
        parent: usize,
        read: &dyn Fn(&str) -> Option<String>,
    ) -> usize {
        let before = self.types.clone();
        let folder = path.strip_suffix(".rs").unwrap_or(path);
        let module = self.add_file(path, folder, Some(parent), read);
        for (name, places) in &mut self.types {
            let Some(known) = before.get(name) else {
                continue;
            };
            if known.iter().any(|place| contains(twin, place)) {
                *places = known.clone();
            }
        }
        module
    }

    fn add_module(
        &mut self,
        tokens: TokenStream,
        file: &str,
        place: String,
        folder: &str,
        parent: Option<usize>,
        read: &dyn Fn(&str) -> Option<String>,
    ) -> usize {
        let id = self.modules.len();
        self.modules.push(Module {
            file: file.to_owned(),
            parent,
            ..Module::default()
        });
        let mut contents = Contents::default();
        contents.scan(tokens, true);
        let local = contents.local_types.into_iter().enumerate();
        let local = local.map(|(number, name)| (name, format!("{place}, local type {number}")));
        let types = contents.types.into_iter().map(|name| (name, place.clone()));
        for (name, place) in types.chain(local) {
            self.types.entry(name).or_default().insert(place);
        }
        if contents.has_type_macros {
            self.type_macros.insert(file.to_owned());
        }
        let here = file.rsplit_once('/').map_or("", |(folder, _)| folder);
        for (name, body, second_forms) in contents.modules {
            let inner = join(folder, &name);
            let child = match body {
                Some(body) => {
                    let place = format!("{place}::{name}");
                    self.add_module(body, file, place, &inner, Some(id), read)
                }
                None => {
                    let own = format!("{inner}.rs");
                    let path = match read(&own) {
                        Some(_) => own,
                        None => join(&inner, "mod.rs"),
                    };
                    self.add_file(&path, &inner, Some(id), read)
                }
            };
            let mut children = vec![child];
            for path in second_forms {
                children.push(self.add_second_form(&join(here, &path), &inner, id, read));
            }
            self.modules[id].children.insert(name, children);
        }
        let module = &mut self.modules[id];
        module.items = contents.items;
        module.mentions = contents.mentions;
        for import in contents.uses {
            match import.name {
                Some(name) => {
                    module.uses.push(import.path.clone());
                    module.aliases.entry(name).or_default().push(import.path);
                }
                None => module.globs.push(import.path),
            }
        }
        id
    }

    /// Adds the imports of each module to those of its file.
    fn link(&mut self) {
        let mut imports = std::mem::take(&mut self.imports);
        for (id, module) in self.modules.iter().enumerate() {
            let uses = imports.get_mut(&module.file).unwrap();
            let mut add = |file: &str, path: &Path| {
                if file != module.file {
                    uses.entry(file.to_owned())
                        .or_insert_with(|| path.join("::"));
                }
            };
            for path in module.uses.iter().chain(&module.mentions) {
                for file in self.find(id, path, &mut Vec::new()).files {
                    add(&file, path);
                }
            }
            for path in &module.globs {
                for from in self.find(id, path, &mut Vec::new()).modules {
                    add(&self.modules[from].file, path);
                }
            }
        }
        self.imports = imports;
    }

    /// Returns what a path in the code of a module refers to.
    fn find(&self, module: usize, path: &[String], visited: &mut Vec<(usize, String)>) -> Found {
        let mut start = module;
        let mut rest = path;
        let mut absolute = false;
        while let Some((first, after)) = rest.split_first() {
            match first.as_str() {
                "crate" => {
                    while let Some(parent) = self.modules[start].parent {
                        start = parent;
                    }
                }
                "super" => match self.modules[start].parent {
                    Some(parent) => start = parent,
                    None => return Found::default(),
                },
                "self" => {}
                _ => break,
            }
            absolute = true;
            rest = after;
        }
        self.find_below(start, rest, absolute, visited)
    }

    /// Returns what a path refers to, given the module in which its first name is looked up. If the
    /// name is not found and `own` is set, which means that the path is one of this crate, the name
    /// is taken for an item that a macro defines in the module. Otherwise the path belongs to
    /// another crate.
    fn find_below(
        &self,
        module: usize,
        path: &[String],
        own: bool,
        visited: &mut Vec<(usize, String)>,
    ) -> Found {
        let mut found = Found::default();
        let here = &self.modules[module];
        let Some((name, rest)) = path.split_first() else {
            found.modules.insert(module);
            return found;
        };
        let step = (module, path.join("::"));
        if visited.contains(&step) {
            return found;
        }
        visited.push(step);

        for &child in here.children.get(name).into_iter().flatten() {
            found.add(self.find_below(child, rest, true, visited));
        }
        if here.items.contains(name) {
            found.files.insert(here.file.clone());
        }
        for target in here.aliases.get(name).into_iter().flatten() {
            // `use a::a` must not lead to itself.
            let step = (module, format!("use {}", target.join("::")));
            if !visited.contains(&step) {
                visited.push(step);
                let whole = [target.as_slice(), rest].concat();
                found.add(self.find(module, &whole, visited));
            }
        }
        if found.is_empty() {
            for target in &here.globs {
                let whole = [target.as_slice(), path].concat();
                // Globs of modules of other crates are ignored.
                for from in self.find(module, target, visited).modules {
                    if self.defines(from, name) {
                        found.add(self.find(module, &whole, visited));
                    }
                }
            }
        }
        if found.is_empty() && own {
            found.files.insert(here.file.clone());
        }
        found
    }

    fn defines(&self, module: usize, name: &str) -> bool {
        let module = &self.modules[module];
        module.items.contains(name)
            || module.children.contains_key(name)
            || module.aliases.contains_key(name)
    }

    /// Returns the import circles: sets of files in which each file imports each other one,
    /// directly or through other files of the set.
    pub fn circles(&self) -> Vec<BTreeSet<String>> {
        let graph = self.imports.iter().map(|(file, uses)| {
            let uses = uses.keys().cloned().collect();
            (file.clone(), uses)
        });
        circles(&graph.collect())
    }

    /// Returns the import circles among the direct members of a folder. A subfolder, with all files
    /// in it, counts as one member. Folders are named without a final `/`, and the top folder is
    /// "".
    pub fn folder_circles(&self, folder: &str) -> Vec<BTreeSet<String>> {
        let mut graph = Graph::new();
        for (file, uses) in &self.imports {
            let Some(from) = member(folder, file) else {
                continue;
            };
            let to = uses.keys().filter_map(|file| member(folder, file));
            let to: Vec<_> = to.filter(|to| *to != from).collect();
            graph.entry(from).or_default().extend(to);
        }
        circles(&graph)
    }

    /// Returns all folders that contain files of the crate, and the top folder.
    pub fn folders(&self) -> BTreeSet<String> {
        let mut folders = BTreeSet::new();
        for file in self.imports.keys() {
            let mut path = file.as_str();
            while let Some((folder, _)) = path.rsplit_once('/') {
                folders.insert(folder.to_owned());
                path = folder;
            }
        }
        folders.insert(String::new());
        folders
    }

    /// Returns the imports within a set of files or folders, one line for each.
    pub fn describe(&self, members: &BTreeSet<String>) -> String {
        let inside = |file: &str| members.iter().find(|member| contains(member, file));
        let mut text = String::new();
        for (file, uses) in &self.imports {
            for (used, path) in uses {
                if let (Some(from), Some(to)) = (inside(file), inside(used)) {
                    if from != to {
                        text += &format!("    {file} -> {used} ({path})\n");
                    }
                }
            }
        }
        text
    }
}

impl Found {
    fn is_empty(&self) -> bool {
        self.modules.is_empty() && self.files.is_empty()
    }

    fn add(&mut self, other: Found) {
        self.modules.extend(other.modules);
        self.files.extend(other.files);
    }
}

/// Returns whether a file is a member of a folder or belongs to it.
fn contains(member: &str, file: &str) -> bool {
    let rest = file.strip_prefix(member);
    rest.is_some_and(|rest| rest.is_empty() || rest == ".rs" || rest.starts_with('/'))
}

/// Returns the member of a folder that a file is or belongs to. If the folder has a file `x.rs` and
/// a subfolder `x`, the file belongs to the member `x`.
fn member(folder: &str, file: &str) -> Option<String> {
    let rest = match folder {
        "" => file,
        _ => file.strip_prefix(folder)?.strip_prefix('/')?,
    };
    let first = rest.split('/').next().unwrap();
    let name = match first {
        "mod.rs" | "lib.rs" | "main.rs" => first,
        _ => first.strip_suffix(".rs").unwrap_or(first),
    };
    Some(join(folder, name))
}

fn join(folder: &str, name: &str) -> String {
    match folder {
        "" => name.to_owned(),
        _ => format!("{folder}/{name}"),
    }
}

type Graph = BTreeMap<String, BTreeSet<String>>;

/// Returns the sets of two or more nodes in which each node can be reached from each other one.
fn circles(graph: &Graph) -> Vec<BTreeSet<String>> {
    let reached: BTreeMap<_, _> = graph.keys().map(|n| (n, reachable(graph, n))).collect();
    let mut found = Vec::new();
    for (node, to) in &reached {
        let circle: BTreeSet<String> = to
            .iter()
            .filter(|other| reached.get(other).is_some_and(|back| back.contains(*node)))
            .cloned()
            .collect();
        if circle.len() > 1 && !found.contains(&circle) {
            found.push(circle);
        }
    }
    found
}

/// Returns the nodes that can be reached from a node in one or more steps.
fn reachable(graph: &Graph, from: &str) -> BTreeSet<String> {
    let mut seen = BTreeSet::new();
    let mut open = vec![from.to_owned()];
    while let Some(node) = open.pop() {
        for next in graph.get(&node).into_iter().flatten() {
            if seen.insert(next.clone()) {
                open.push(next.clone());
            }
        }
    }
    seen
}

// ---- Reading tokens

struct Use {
    path: Path,
    /// Name under which the item is imported. `None` for `*`.
    name: Option<String>,
}

/// Contents of one module, without the contents of its submodules.
#[derive(Default)]
struct Contents {
    items: BTreeSet<String>,
    types: BTreeSet<String>,
    /// Names of the types that are defined in functions.
    local_types: Vec<String>,
    /// Whether a macro defines a type.
    has_type_macros: bool,
    uses: Vec<Use>,
    mentions: BTreeSet<Path>,
    /// Submodules: the name, the body if it is in the same file, and the files of a second form.
    modules: Vec<(String, Option<TokenStream>, Vec<String>)>,
}

impl Contents {
    /// Reads tokens. `items` is set if they are items of the module, not code within an item.
    fn scan(&mut self, tokens: TokenStream, items: bool) {
        let tokens: Vec<TokenTree> = tokens.into_iter().collect();
        let mut at = 0;
        let mut paths = Vec::new();
        while at < tokens.len() {
            if let Some((condition, after)) = attribute(&tokens, at) {
                paths.extend(path_in(&tokens[at..after]));
                at = after;
                if condition.is_some_and(only_in_tests) {
                    at = end_of_item(&tokens, at);
                }
                continue;
            }
            match &tokens[at] {
                TokenTree::Ident(word) => {
                    let word = plain(word);
                    let next = word_at(&tokens, at + 1);
                    if word == "pub" {
                        at += 1;
                        if tokens.get(at).is_some_and(is_restriction) {
                            at += 1;
                        }
                        continue;
                    }
                    match (word.as_str(), next) {
                        ("macro_rules", _) => {
                            let rules = tokens[at..].iter().find_map(group);
                            self.has_type_macros |= rules.is_some_and(defines_type);
                        }
                        ("include", _) if tokens.get(at + 1).is_some_and(|t| is_sign(t, '!')) => {
                            panic!("the imports of an included file are not read");
                        }
                        ("extern", Some(name)) if name == "crate" => {
                            let name = word_at(&tokens, at + 2);
                            assert!(
                                name.as_deref() != Some("self"),
                                "paths with another name of this crate are not followed"
                            );
                            at = find(&tokens, at, ';');
                        }
                        ("use", _) => {
                            let end = find(&tokens, at, ';');
                            self.scan_use(&tokens[at + 1..end], &[]);
                            at = end;
                        }
                        ("mod", Some(name)) if items => {
                            at += 2;
                            let body = match &tokens[at] {
                                TokenTree::Group(group) => Some(group.stream()),
                                _ => None,
                            };
                            self.modules.push((name, body, std::mem::take(&mut paths)));
                        }
                        ("struct" | "enum" | "union" | "trait", Some(name)) => {
                            if items {
                                self.items.insert(name.clone());
                                self.types.insert(name);
                            } else {
                                self.local_types.push(name);
                            }
                            at += 1;
                        }
                        ("type", Some(name)) if items => {
                            self.items.insert(name.clone());
                            self.types.insert(name);
                            at += 1;
                        }
                        ("fn" | "const" | "static", Some(name)) if items => {
                            if !matches!(name.as_str(), "fn" | "unsafe" | "extern" | "mut") {
                                self.items.insert(name);
                                at += 1;
                            }
                        }
                        _ => {
                            let (path, after) = path(&tokens, at);
                            if !follows_path_or_dot(&tokens, at) {
                                self.mentions.insert(path);
                            }
                            at = after - 1;
                        }
                    }
                    paths.clear();
                }
                TokenTree::Group(group) => self.scan(group.stream(), false),
                _ => {}
            }
            at += 1;
        }
    }

    /// Reads the tokens after `use` and a prefix of a path.
    fn scan_use(&mut self, tokens: &[TokenTree], prefix: &[String]) {
        let mut path = prefix.to_vec();
        let mut name = None;
        let mut at = 0;
        while at < tokens.len() {
            match &tokens[at] {
                TokenTree::Ident(word) if *word == "as" => {
                    name = word_at(tokens, at + 1);
                    at += 1;
                }
                TokenTree::Ident(word) => path.push(plain(word)),
                TokenTree::Punct(sign) if sign.as_char() == '*' => {
                    return self.uses.push(Use { path, name: None });
                }
                TokenTree::Group(group) => {
                    let inner: Vec<TokenTree> = group.stream().into_iter().collect();
                    for part in inner.split(|t| is_sign(t, ',')).filter(|p| !p.is_empty()) {
                        self.scan_use(part, &path);
                    }
                    return;
                }
                _ => {}
            }
            at += 1;
        }
        // `use a::{self, b}` imports `a`.
        if path.len() > 1 && path.last().is_some_and(|last| last == "self") {
            path.pop();
        }
        let name = name.or_else(|| path.last().cloned());
        self.uses.push(Use { path, name });
    }
}

/// Returns the condition of the attribute at a position if it is a `cfg`, and the position after
/// the attribute.
fn attribute(tokens: &[TokenTree], at: usize) -> Option<(Option<TokenStream>, usize)> {
    if !is_sign(&tokens[at], '#') {
        return None;
    }
    let mut next = at + 1;
    if tokens.get(next).is_some_and(|t| is_sign(t, '!')) {
        next += 1;
    }
    let body = bracketed(tokens.get(next)?)?.stream();
    let body: Vec<TokenTree> = body.into_iter().collect();
    let condition = match (word_at(&body, 0).as_deref(), body.get(1)) {
        (Some("cfg"), Some(TokenTree::Group(group))) => Some(group.stream()),
        _ => None,
    };
    Some((condition, next + 1))
}

/// Returns the path in an attribute such as `#[cfg_attr(test, path = "a.rs")]`.
fn path_in(attribute: &[TokenTree]) -> Option<String> {
    for (at, token) in attribute.iter().enumerate() {
        if let TokenTree::Group(group) = token {
            let inner: Vec<TokenTree> = group.stream().into_iter().collect();
            if let Some(path) = path_in(&inner) {
                return Some(path);
            }
        }
        let is_path = word_at(attribute, at).as_deref() == Some("path");
        if is_path && attribute.get(at + 1).is_some_and(|t| is_sign(t, '=')) {
            let text = attribute.get(at + 2)?.to_string();
            return Some(text.trim_matches('"').to_owned());
        }
    }
    None
}

fn group(token: &TokenTree) -> Option<&Group> {
    match token {
        TokenTree::Group(group) => Some(group),
        _ => None,
    }
}

/// Returns whether the definition of a type is among the tokens of a macro's rules.
fn defines_type(rules: &Group) -> bool {
    rules.stream().into_iter().any(|token| match token {
        TokenTree::Group(group) => defines_type(&group),
        TokenTree::Ident(word) => {
            ["struct", "enum", "union", "trait", "type"].contains(&word.to_string().as_str())
        }
        _ => false,
    })
}

fn bracketed(token: &TokenTree) -> Option<&Group> {
    match token {
        TokenTree::Group(group) if group.delimiter() == Delimiter::Bracket => Some(group),
        _ => None,
    }
}

/// Returns whether a condition of `cfg` holds only in a build of tests.
fn only_in_tests(condition: TokenStream) -> bool {
    let tokens: Vec<TokenTree> = condition.into_iter().collect();
    let Some(word) = word_at(&tokens, 0) else {
        return false;
    };
    let Some(TokenTree::Group(group)) = tokens.get(1) else {
        return word == "test" && tokens.len() == 1;
    };
    let inner: Vec<TokenTree> = group.stream().into_iter().collect();
    let mut parts = inner
        .split(|token| is_sign(token, ','))
        .filter(|part| !part.is_empty())
        .map(|part| only_in_tests(part.iter().cloned().collect()));
    match word.as_str() {
        "all" => parts.any(|only| only),
        "any" => parts.all(|only| only),
        _ => false,
    }
}

/// Returns the position after the item, statement, field or variant that begins at a position. More
/// attributes may come first.
fn end_of_item(tokens: &[TokenTree], mut at: usize) -> usize {
    while at < tokens.len() {
        match attribute(tokens, at) {
            Some((_, after)) => at = after,
            None => break,
        }
    }
    let mut start = at;
    if word_at(tokens, start).as_deref() == Some("pub") {
        start += 1;
        if tokens.get(start).is_some_and(is_restriction) {
            start += 1;
        }
    }
    let first = word_at(tokens, start);
    let second = word_at(tokens, start + 1);
    let to_semicolon = match first.as_deref() {
        Some("use" | "static" | "type" | "let") => true,
        Some("const") => !matches!(second.as_deref(), Some("fn" | "unsafe" | "extern")),
        _ => false,
    };
    let field = first.is_some()
        && tokens.get(start + 1).is_some_and(|t| is_sign(t, ':'))
        && !is_path_separator(tokens, start + 1);
    while at < tokens.len() {
        let token = &tokens[at];
        at += 1;
        match token {
            TokenTree::Punct(sign) if sign.as_char() == ';' => break,
            TokenTree::Punct(sign) if field && sign.as_char() == ',' => break,
            TokenTree::Group(group)
                if group.delimiter() == Delimiter::Brace && !to_semicolon && !field =>
            {
                break
            }
            _ => {}
        }
    }
    at
}

/// Returns the path that begins at a position, and the position after the path.
fn path(tokens: &[TokenTree], mut at: usize) -> (Path, usize) {
    let mut path = vec![word_at(tokens, at).unwrap()];
    at += 1;
    while is_path_separator(tokens, at) {
        match word_at(tokens, at + 2) {
            Some(word) => path.push(word),
            None => break,
        }
        at += 3;
    }
    (path, at)
}

/// Returns whether the name at a position continues a path such as `<T>::name`, or is a method or a
/// field.
fn follows_path_or_dot(tokens: &[TokenTree], at: usize) -> bool {
    let before = |n: usize, sign| at >= n && is_sign(&tokens[at - n], sign);
    before(1, ':') && before(2, ':') || before(1, '.') && !before(2, '.')
}

fn is_path_separator(tokens: &[TokenTree], at: usize) -> bool {
    [at, at + 1]
        .iter()
        .all(|&i| tokens.get(i).is_some_and(|t| is_sign(t, ':')))
}

/// Returns whether a token is the parenthesized part of a visibility, such as `pub(crate)`.
fn is_restriction(token: &TokenTree) -> bool {
    let TokenTree::Group(group) = token else {
        return false;
    };
    let first: Vec<TokenTree> = group.stream().into_iter().take(1).collect();
    group.delimiter() == Delimiter::Parenthesis
        && matches!(
            word_at(&first, 0).as_deref(),
            Some("crate" | "super" | "self" | "in")
        )
}

fn is_sign(token: &TokenTree, sign: char) -> bool {
    matches!(token, TokenTree::Punct(punct) if punct.as_char() == sign)
}

fn word_at(tokens: &[TokenTree], at: usize) -> Option<String> {
    match tokens.get(at) {
        Some(TokenTree::Ident(word)) => Some(plain(word)),
        _ => None,
    }
}

/// Returns a name without the prefix `r#`, which does not make it another name.
fn plain(word: &Ident) -> String {
    let word = word.to_string();
    word.strip_prefix("r#").unwrap_or(&word).to_owned()
}

/// Returns the position of the next token that is the given sign, or the number of tokens.
fn find(tokens: &[TokenTree], from: usize, sign: char) -> usize {
    (from..tokens.len())
        .find(|&at| is_sign(&tokens[at], sign))
        .unwrap_or(tokens.len())
}
