//! Compares the public Rust API with the committed list `tests/public-api.txt`.
//!
//! The list is made from the sources: the `pub use` lines of `src/lib.rs` are followed to the items
//! they name, and each item is printed without its documentation, bodies and private fields. After
//! it come the implementations for it. A constant is printed with its value, not with the
//! expression in the source. `CSO_BLESS=1 cargo test --test public_api` writes the list.
#![cfg(all(feature = "std", not(any(target_arch = "mips", target_arch = "s390x"))))]

use std::collections::{BTreeMap, BTreeSet};
use std::fs;
use std::path::{Path, PathBuf};
use syn::{
    Attribute, Field, Fields, FnArg, GenericArgument, ImplItem, Item, ItemImpl, PathArguments,
    TraitItem, Type, UseTree, Visibility,
};

const LIST: &str = "tests/public-api.txt";

fn root() -> &'static Path {
    Path::new(env!("CARGO_MANIFEST_DIR"))
}

/// Returns the values of the public constants, each after the constant's name, such as
/// `Format::ALL`.
fn constants() -> Vec<(&'static str, String)> {
    macro_rules! values {
        ($($name:path),*) => { vec![$((stringify!($name), format!("{:?}", $name))),*] };
    }
    use cso::*;
    values![
        DEFAULT_LEVEL,
        ErrorKind::ALL,
        Format::ALL,
        MAX_BLOCK_SIZE,
        MAX_COST,
        MAX_DECODE_AHEAD,
        MAX_LEVEL,
        MAX_THREADS,
        MIN_BLOCK_SIZE,
        MIN_LEVEL,
        PROBE_SIZE,
        PROBE_SIZE_ISO,
        SECTOR_SIZE
    ]
}

/// Returns the value of a constant as an expression.
fn value_of(name: &str) -> syn::Expr {
    let constants = constants();
    let found = constants.iter().find(|(other, _)| *other == name);
    let (_, value) = found.unwrap_or_else(|| panic!("{name} is missing in `constants`"));
    syn::parse_str(value).unwrap()
}

/// A source file and the folder that its submodules lie in.
struct Module {
    items: Vec<Item>,
    folder: PathBuf,
}

impl Module {
    fn read(file: &Path, folder: PathBuf) -> Self {
        let text = fs::read_to_string(file).unwrap();
        let file = syn::parse_file(&text).unwrap();
        let items = file.items.into_iter().filter(|item| !is_for_tests(item));
        Module {
            items: items.collect(),
            folder,
        }
    }

    /// Reads the crate whose sources lie in `src`.
    fn crate_root(src: &Path) -> Self {
        Module::read(&src.join("lib.rs"), src.to_owned())
    }

    fn submodule(&self, name: &str) -> Self {
        let folder = self.folder.join(name);
        let file = folder.with_extension("rs");
        if file.exists() {
            Module::read(&file, folder)
        } else {
            Module::read(&folder.join("mod.rs"), folder)
        }
    }

    fn submodule_names(&self) -> impl Iterator<Item = String> + '_ {
        self.items.iter().filter_map(|item| match item {
            Item::Mod(module) if module.content.is_none() => Some(module.ident.to_string()),
            _ => None,
        })
    }

    /// Returns this module and all modules below it.
    fn with_descendants(self) -> Vec<Module> {
        let names: Vec<_> = self.submodule_names().collect();
        let mut all: Vec<_> = names
            .iter()
            .flat_map(|name| self.submodule(name).with_descendants())
            .collect();
        all.insert(0, self);
        all
    }

    /// Returns the item that `path` leads to from here.
    fn find(&self, path: &[String]) -> Item {
        let (first, rest) = path.split_first().unwrap();
        if !rest.is_empty() {
            return self.submodule(first).find(rest);
        }
        let defined = self
            .items
            .iter()
            .find(|i| name_of(i).as_ref() == Some(first));
        if let Some(item) = defined {
            return item.clone();
        }
        let exports = self.items.iter().flat_map(exported_paths);
        let paths: Vec<_> = exports.map(|(path, _)| path).collect();
        let path = paths.iter().find(|path| path.last() == Some(first));
        self.find(path.unwrap_or_else(|| panic!("{first} is exported from an unknown place")))
    }
}

/// Returns the item and, if it is a module in the same file, the items in it.
fn with_inline_modules(item: Item) -> Vec<Item> {
    let inner = match &item {
        Item::Mod(module) => module
            .content
            .clone()
            .map_or(Vec::new(), |(_, items)| items),
        _ => Vec::new(),
    };
    let inner = inner.into_iter().filter(|item| !is_for_tests(item));
    let mut all: Vec<_> = inner.flat_map(with_inline_modules).collect();
    all.push(item);
    all
}

/// Returns the name of an item, or `None` if items of its kind have no name or are not listed.
fn name_of(item: &Item) -> Option<String> {
    let ident = match item {
        Item::Const(item) => &item.ident,
        Item::Enum(item) => &item.ident,
        Item::Fn(item) => &item.sig.ident,
        Item::Static(item) => &item.ident,
        Item::Struct(item) => &item.ident,
        Item::Trait(item) => &item.ident,
        Item::Type(item) => &item.ident,
        Item::Union(item) => &item.ident,
        _ => return None,
    };
    Some(ident.to_string())
}

fn attributes(item: &Item) -> &[Attribute] {
    match item {
        Item::Const(item) => &item.attrs,
        Item::Enum(item) => &item.attrs,
        Item::Fn(item) => &item.attrs,
        Item::Impl(item) => &item.attrs,
        Item::Macro(item) => &item.attrs,
        Item::Mod(item) => &item.attrs,
        Item::Static(item) => &item.attrs,
        Item::Struct(item) => &item.attrs,
        Item::Trait(item) => &item.attrs,
        Item::Type(item) => &item.attrs,
        Item::Union(item) => &item.attrs,
        Item::Use(item) => &item.attrs,
        _ => &[],
    }
}

/// Returns the text in the parentheses of an attribute with this name.
fn arguments(attribute: &Attribute, name: &str) -> Option<String> {
    let list = attribute.meta.require_list().ok()?;
    let text = list.tokens.to_string().replace(' ', "");
    list.path.is_ident(name).then_some(text)
}

fn is_for_tests(item: &Item) -> bool {
    let is_test = |condition: String| {
        let is_doctest = condition == "doctest" || condition.starts_with("all(doctest,");
        condition == "test" || is_doctest
    };
    let mut all = attributes(item).iter();
    all.any(|a| arguments(a, "cfg").is_some_and(is_test))
}

fn is_hidden(item: &Item) -> bool {
    let mut all = attributes(item).iter();
    all.any(|a| arguments(a, "doc").as_deref() == Some("hidden"))
}

fn is_public(visibility: &Visibility) -> bool {
    matches!(visibility, Visibility::Public(_))
}

/// Returns the paths that a `pub use` names, with the attributes of the `use`.
fn exported_paths(item: &Item) -> Vec<(Vec<String>, Vec<Attribute>)> {
    fn paths(tree: &UseTree) -> Vec<Vec<String>> {
        match tree {
            UseTree::Name(name) => vec![vec![name.ident.to_string()]],
            UseTree::Group(group) => group.items.iter().flat_map(paths).collect(),
            UseTree::Path(path) => {
                let mut below = paths(&path.tree);
                for one in &mut below {
                    one.insert(0, path.ident.to_string());
                }
                below
            }
            UseTree::Glob(_) => panic!("a public `*` hides which names are exported"),
            UseTree::Rename(_) => panic!("a public item has another name where it is defined"),
        }
    }
    match item {
        Item::Use(item) if is_public(&item.vis) => {
            let mut kept = item.attrs.clone();
            keep_listed(&mut kept);
            let all = paths(&item.tree).into_iter();
            all.map(|path| (path, kept.clone())).collect()
        }
        _ => Vec::new(),
    }
}

/// Returns whether an attribute is a part of the API.
fn is_listed(attribute: &Attribute) -> bool {
    [
        "cfg",
        "cfg_attr",
        "derive",
        "non_exhaustive",
        "repr",
        "must_use",
        "deprecated",
    ]
    .iter()
    .any(|name| attribute.path().is_ident(name))
}

fn keep_listed(attributes: &mut Vec<Attribute>) {
    attributes.retain(is_listed);
}

/// Text of the field that replaces the private fields of a struct, before it becomes a comment.
const PRIVATE_FIELDS: &str = "private_fields: __,";

/// Replaces the private fields of a struct by one field.
fn strip_fields(fields: &mut Fields) {
    let strip = |field: &mut Field| keep_listed(&mut field.attrs);
    match fields {
        Fields::Named(fields) => {
            let all = std::mem::take(&mut fields.named);
            let count = all.len();
            fields.named = all.into_iter().filter(|f| is_public(&f.vis)).collect();
            fields.named.iter_mut().for_each(strip);
            if fields.named.len() < count {
                let mark: syn::FieldsNamed = syn::parse_str("{ private_fields: __ }").unwrap();
                fields.named.extend(mark.named);
            }
        }
        Fields::Unnamed(fields) => {
            for field in &mut fields.unnamed {
                strip(field);
                if !is_public(&field.vis) {
                    field.ty = syn::parse_str("__").unwrap();
                }
            }
        }
        Fields::Unit => {}
    }
}

/// Removes `mut` from parameters that are passed by value.
fn strip_signature(signature: &mut syn::Signature) {
    for input in &mut signature.inputs {
        match input {
            FnArg::Receiver(receiver) if receiver.reference.is_none() => receiver.mutability = None,
            FnArg::Typed(typed) => {
                if let syn::Pat::Ident(pattern) = &mut *typed.pat {
                    pattern.mutability = None;
                }
            }
            FnArg::Receiver(_) => {}
        }
    }
}

/// Removes what is not a part of the API from an item.
fn strip(item: &mut Item) {
    let empty = || syn::parse_str("{}").unwrap();
    match item {
        Item::Const(item) => {
            keep_listed(&mut item.attrs);
            *item.expr = value_of(&item.ident.to_string());
        }
        Item::Enum(item) => {
            keep_listed(&mut item.attrs);
            for variant in &mut item.variants {
                keep_listed(&mut variant.attrs);
                let number = variant.discriminant.as_ref();
                let is_literal = number.is_none_or(|(_, n)| matches!(n, syn::Expr::Lit(_)));
                assert!(is_literal, "the list does not show the number of a variant");
                variant
                    .fields
                    .iter_mut()
                    .for_each(|f| keep_listed(&mut f.attrs));
            }
        }
        Item::Fn(item) => {
            keep_listed(&mut item.attrs);
            *item.block = empty();
            strip_signature(&mut item.sig);
        }
        Item::Struct(item) => {
            keep_listed(&mut item.attrs);
            strip_fields(&mut item.fields);
        }
        Item::Trait(item) => {
            keep_listed(&mut item.attrs);
            for part in &mut item.items {
                match part {
                    TraitItem::Type(part) => keep_listed(&mut part.attrs),
                    TraitItem::Fn(part) => {
                        keep_listed(&mut part.attrs);
                        strip_signature(&mut part.sig);
                        part.default = part.default.as_ref().map(|_| empty());
                    }
                    _ => panic!("a public trait has a part of an unknown kind"),
                }
            }
        }
        Item::Type(item) => keep_listed(&mut item.attrs),
        _ => panic!("a public item is of an unknown kind"),
    }
}

/// Removes what is not a part of the API from an implementation.
fn strip_impl(item: &mut ItemImpl) {
    keep_listed(&mut item.attrs);
    if item.trait_.is_some() {
        // Omits the functions, which are those of the trait.
        item.items.retain(|part| matches!(part, ImplItem::Type(_)));
        return;
    }
    let owner = type_name(&item.self_ty);
    item.items.retain_mut(|part| match part {
        ImplItem::Const(part) => {
            keep_listed(&mut part.attrs);
            if is_public(&part.vis) {
                let owner = owner.as_deref().unwrap();
                part.expr = value_of(&format!("{owner}::{}", part.ident));
            }
            is_public(&part.vis)
        }
        ImplItem::Fn(part) => {
            keep_listed(&mut part.attrs);
            part.block = syn::parse_str("{}").unwrap();
            strip_signature(&mut part.sig);
            is_public(&part.vis)
        }
        _ => panic!("an implementation has a part of an unknown kind"),
    });
}

/// Returns what the parts of an implementation are ordered by: constants come before functions.
fn order(part: &ImplItem) -> (bool, String) {
    match part {
        ImplItem::Const(part) => (false, part.ident.to_string()),
        ImplItem::Fn(part) => (true, part.sig.ident.to_string()),
        _ => (false, String::new()),
    }
}

fn print(item: Item) -> String {
    // Functions of a trait that have a default body end in `{ .. }`. All other functions end in
    // `;`.
    let body = match item {
        Item::Trait(_) => " { .. }\n",
        _ => ";\n",
    };
    let file = syn::File {
        shebang: None,
        attrs: Vec::new(),
        items: vec![item],
    };
    prettyplease::unparse(&file)
        .replace(PRIVATE_FIELDS, "// private fields")
        .replace(" {}\n", body)
}

/// Returns the last name of a type's or a trait's path.
fn last_name(path: &syn::Path) -> String {
    path.segments.last().unwrap().ident.to_string()
}

fn type_name(of: &Type) -> Option<String> {
    match of {
        Type::Path(path) => Some(last_name(&path.path)),
        Type::Reference(reference) => type_name(&reference.elem),
        _ => None,
    }
}

/// Returns the names of the types in the arguments of a trait, such as `T` in `From<T>`.
fn argument_types(of: &syn::Path) -> Vec<String> {
    let last = of.segments.last().unwrap();
    let PathArguments::AngleBracketed(arguments) = &last.arguments else {
        return Vec::new();
    };
    let types = arguments.args.iter().filter_map(|argument| match argument {
        GenericArgument::Type(of) => type_name(of),
        _ => None,
    });
    types.collect()
}

/// Returns the public items by their names.
fn items(crate_root: &Module) -> BTreeMap<String, String> {
    let mut found = BTreeMap::new();
    for item in &crate_root.items {
        for (path, attrs) in exported_paths(item) {
            let mut item = crate_root.find(&path);
            strip(&mut item);
            let attrs: String = attrs.iter().map(print_attribute).collect();
            let name = path.last().unwrap().clone();
            let before = found.insert(name, attrs + &print(item));
            assert!(before.is_none(), "an item has two public paths");
        }
    }
    found
}

fn print_attribute(attribute: &Attribute) -> String {
    let mut item: syn::ItemType = syn::parse_str("type A = A;").unwrap();
    item.attrs.push(attribute.clone());
    let text = print(Item::Type(item));
    text.strip_suffix("type A = A;\n").unwrap().to_owned()
}

/// Returns the features of the crate, which are a part of its API.
fn features() -> String {
    let manifest = fs::read_to_string(root().join("Cargo.toml")).unwrap();
    let section = manifest.split_once("\n[features]\n").unwrap().1;
    let section = section.split("\n[").next().unwrap();
    let lines = section.lines().filter(|line| !line.starts_with('#'));
    let features = lines.filter_map(|line| line.split_once('='));
    let print = |(name, value): (&str, &str)| match name.trim() {
        "default" => format!("default = {}\n", value.trim()),
        name => format!("{name}\n"),
    };
    let oldest_rust = manifest.lines().find(|l| l.starts_with("rust-version"));
    let features: String = features.map(print).collect();
    format!("{features}\n// {}\n", oldest_rust.unwrap())
}

/// Fails if anything could be public that the list would not show.
fn refuse_hidden_parts(modules: &[Module], crate_root: &Module) {
    for item in &crate_root.items {
        if let Item::Mod(module) = item {
            let listed = !is_public(&module.vis) || is_hidden(item);
            assert!(listed, "the items of a public module are not listed");
        }
        let public = match item {
            Item::Const(item) => is_public(&item.vis),
            Item::Enum(item) => is_public(&item.vis),
            Item::ExternCrate(item) => is_public(&item.vis),
            Item::Fn(item) => is_public(&item.vis),
            Item::Mod(_) | Item::Use(_) | Item::Impl(_) => false,
            Item::Static(item) => is_public(&item.vis),
            Item::Struct(item) => is_public(&item.vis),
            Item::Trait(item) => is_public(&item.vis),
            Item::Type(item) => is_public(&item.vis),
            Item::Union(item) => is_public(&item.vis),
            _ => panic!("src/lib.rs has an item of an unknown kind"),
        };
        assert!(!public, "items of src/lib.rs itself are not listed");
    }
    for item in modules.iter().flat_map(|module| &module.items) {
        if let Item::Macro(item) = item {
            let tokens = item.mac.tokens.to_string();
            let mut visibilities = tokens.split("pub ").skip(1);
            let private = visibilities.all(|rest| rest.starts_with('('));
            assert!(private, "public items made by a macro are not listed");
            let exported = item.attrs.iter().any(|a| a.path().is_ident("macro_export"));
            assert!(!exported, "exported macros are not listed");
        }
    }
}

/// Fails if an implementation could be hidden from the list: one that a macro makes, one in a
/// function or in a constant, and one for another name of a public item. `names` has the names of
/// the public items.
fn refuse_hidden_implementations(all: &[Item], names: &BTreeSet<&String>) {
    let is_named = |text: &str| {
        let mut words = text.split(|c: char| !c.is_alphanumeric() && c != '_');
        words.any(|word| names.contains(&word.to_owned()))
    };
    for item in all {
        match item {
            Item::Macro(item) => {
                let tokens = item.mac.tokens.to_string();
                let mut heads = tokens.split("impl ").skip(1);
                let hidden = heads.any(|rest| {
                    let head = rest.split('{').next().unwrap_or_default();
                    head.contains('$') || is_named(head)
                });
                assert!(!hidden, "an implementation made by a macro is not listed");
            }
            Item::Fn(_) | Item::Const(_) | Item::Static(_) => {
                let text = print(item.clone());
                let mut lines = text.lines().skip(1).map(str::trim_start);
                let hidden = lines.any(|line| {
                    line.starts_with("impl ")
                        || line.starts_with("impl<")
                        || line.starts_with("unsafe impl")
                });
                assert!(
                    !hidden,
                    "an implementation in a function or a constant is not listed"
                );
            }
            Item::Type(item) => {
                let is_another_name = !names.contains(&item.ident.to_string())
                    && type_name(&item.ty).is_some_and(|name| names.contains(&name));
                assert!(
                    !is_another_name,
                    "implementations for another name of a public item are not listed"
                );
            }
            Item::Use(item) => {
                let renamed = renamed_items(&item.tree);
                let hidden = renamed.iter().any(|name| names.contains(name));
                assert!(
                    !hidden,
                    "implementations for another name of a public item are not listed"
                );
            }
            _ => {}
        }
    }
}

/// Returns the names of the items to which a `use` gives another name. A name that begins with `_`
/// cannot be used for an implementation.
fn renamed_items(tree: &UseTree) -> Vec<String> {
    match tree {
        UseTree::Path(path) => renamed_items(&path.tree),
        UseTree::Group(group) => group.items.iter().flat_map(renamed_items).collect(),
        UseTree::Rename(rename) if rename.rename != "_" => vec![rename.ident.to_string()],
        _ => Vec::new(),
    }
}

/// Returns the public items of the crate in `src`, with the implementations for each.
fn list(src: &Path) -> String {
    let crate_root = Module::crate_root(src);
    let items = items(&crate_root);
    let descendants = |name: String| crate_root.submodule(&name).with_descendants();
    // The items of the C API, which include/cso.h declares, are not listed. Implementations for
    // listed items may be there too.
    let modules: Vec<_> = crate_root.submodule_names().flat_map(descendants).collect();
    refuse_hidden_parts(&modules, &crate_root);
    let items_of_modules = modules.iter().flat_map(|module| module.items.clone());
    let all: Vec<_> = items_of_modules
        .chain(crate_root.items.clone())
        .flat_map(with_inline_modules)
        .collect();
    refuse_hidden_implementations(&all, &items.keys().collect());
    let private: BTreeSet<_> = all
        .iter()
        .filter_map(name_of)
        .filter(|n| !items.contains_key(n))
        .collect();

    // The implementations, by the item that they belong to and by their first lines. Those with the
    // same first lines are merged, because they may be spread over several files.
    let mut implementations: BTreeMap<(String, String), ItemImpl> = BTreeMap::new();
    for item in &all {
        let Item::Impl(item) = item else { continue };
        let of_trait = item.trait_.as_ref().map(|(_, path, _)| path);
        let arguments = of_trait.map(argument_types).unwrap_or_default();
        if arguments.iter().any(|name| private.contains(name)) {
            continue;
        }
        let of_type = type_name(&item.self_ty);
        if of_type.as_ref().is_some_and(|name| private.contains(name)) {
            continue;
        }
        let of_type = of_type.filter(|name| items.contains_key(name));
        let of_argument = arguments.into_iter().find(|name| items.contains_key(name));
        let of_trait_name = of_trait
            .map(last_name)
            .filter(|name| items.contains_key(name));
        let Some(owner) = of_type.or(of_trait_name).or(of_argument) else {
            continue;
        };
        let mut item = item.clone();
        strip_impl(&mut item);
        let parts = std::mem::take(&mut item.items);
        if of_trait.is_some() || !parts.is_empty() {
            let first_lines = print(Item::Impl(item.clone()));
            let merged = implementations.entry((owner, first_lines)).or_insert(item);
            merged.items.extend(parts);
        }
    }

    let mut text = String::new();
    for (name, item) in &items {
        text += &format!("\n// cso::{name}\n\n{item}");
        for ((_, _), item) in implementations
            .iter()
            .filter(|((owner, _), _)| owner == name)
        {
            let mut item = item.clone();
            item.items.sort_by_key(order);
            text += &print(Item::Impl(item));
        }
    }
    text
}

#[test]
fn the_list_is_up_to_date() {
    let path = root().join(LIST);
    let fresh = format!("// Features\n\n{}{}", features(), list(&root().join("src")));
    if std::env::var_os("CSO_BLESS").is_some() {
        fs::write(&path, &fresh).unwrap();
    }
    let committed = fs::read_to_string(&path).unwrap_or_default();
    if let Some(difference) = first_difference(&committed, &fresh) {
        panic!(
            "{LIST} is out of date: {difference}If the change is intended, run \
             `CSO_BLESS=1 cargo test --test public_api`."
        );
    }
}

/// Describes the first line that differs between two lists, with the item that it belongs to.
fn first_difference(committed: &str, fresh: &str) -> Option<String> {
    if committed == fresh {
        return None;
    }
    let mut old = committed.lines();
    let mut item = "";
    for line in fresh.lines() {
        if line.starts_with("// ") {
            item = line;
        }
        let before = old.next().unwrap_or_default();
        if line != before {
            return Some(format!(
                "after `{item}`\n    committed: {before}\n    now:       {line}\n"
            ));
        }
    }
    Some(format!("the committed list has more than `{item}`\n"))
}

/// Types with variants or public fields must be `non_exhaustive`, so that a new variant or field
/// does not break programs.
#[test]
fn enums_and_structs_with_public_fields_are_non_exhaustive() {
    let crate_root = Module::crate_root(&root().join("src"));
    let exports = crate_root.items.iter().flat_map(exported_paths);
    let mut checked = 0;
    for (path, _) in exports {
        let item = crate_root.find(&path);
        let can_grow = match &item {
            Item::Enum(_) => true,
            Item::Struct(item) => item.fields.iter().any(|field| is_public(&field.vis)),
            _ => false,
        };
        let mut attributes = attributes(&item).iter();
        let marked = attributes.any(|a| a.path().is_ident("non_exhaustive"));
        assert!(marked || !can_grow, "{path:?} is not non_exhaustive");
        checked += u32::from(can_grow);
    }
    assert!(checked > 10, "too few types are found");
}

const SAMPLE: [(&str, &str); 3] = [
    (
        "lib.rs",
        "mod a; #[cfg(feature = \"std\")] mod b;
         pub use a::{make, Kind, Value};
         #[cfg(feature = \"std\")] pub use b::Get;",
    ),
    (
        "a.rs",
        "mod inner;
         pub use inner::make;
         /// Documentation.
         #[derive(Clone)] #[non_exhaustive] pub enum Kind { /** One. */ One = 1, Two }
         pub struct Value { /** Size. */ pub size: u32, secret: u8 }
         pub struct NotExported;
         impl Value { fn hidden() {} pub fn size(mut self, mut by: u32) -> u32 { self.size * by } }
         impl Value { pub(crate) fn near() {} #[must_use] pub const fn new() -> Self { loop {} } }
         impl From<u32> for Value { fn from(x: u32) -> Self { loop {} } }
         impl From<NotExported> for Value { fn from(x: NotExported) -> Self { loop {} } }
         impl Default for NotExported { fn default() -> Self { loop {} } }
         impl crate::Get for [u8] { type Out = u8; fn get(&self) -> u8 { self[0] } }
         mod nested { use super::Value; impl Value { pub fn nested() {} } }
         #[cfg(test)] impl Value { pub fn test() {} }",
    ),
    (
        "b.rs",
        "pub trait Get { type Out; fn get(&self) -> Self::Out;
         fn again(&self) -> Self::Out { self.get() } }",
    ),
];

const SAMPLE_LIST: &str = r#"
// cso::Get

#[cfg(feature = "std")]
pub trait Get {
    type Out;
    fn get(&self) -> Self::Out;
    fn again(&self) -> Self::Out { .. }
}
impl crate::Get for [u8] {
    type Out = u8;
}

// cso::Kind

#[derive(Clone)]
#[non_exhaustive]
pub enum Kind {
    One = 1,
    Two,
}

// cso::Value

pub struct Value {
    pub size: u32,
    // private fields
}
impl From<u32> for Value;
impl Value {
    pub fn nested();
    #[must_use]
    pub const fn new() -> Self;
    pub fn size(self, by: u32) -> u32;
}

// cso::make

pub fn make(from: &[Value]) -> Result<Kind, ()>;
"#;

#[test]
fn the_list_shows_public_items_and_their_implementations_only() {
    let dir = tempfile::tempdir().unwrap();
    write_sample(dir.path(), "", "");
    assert_eq!(list(dir.path()), SAMPLE_LIST);
}

/// Writes the sample to a folder, with `code` added to one of its files.
fn write_sample(folder: &Path, changed: &str, code: &str) {
    fs::create_dir(folder.join("a")).unwrap();
    let inner = "pub fn make(from: &[Value]) -> Result<Kind, ()> { Err(()) } pub fn other() {}";
    for (name, text) in SAMPLE.into_iter().chain([("a/inner.rs", inner)]) {
        let added = if name == changed { code } else { "" };
        fs::write(folder.join(name), format!("{text}\n{added}")).unwrap();
    }
}

/// Each of these additions changes the API. The list shows it, or the test fails because it cannot
/// show it.
#[test]
fn no_addition_to_the_api_is_hidden() {
    const ADDITIONS: [(&str, &str); 14] = [
        ("lib.rs", "pub static S: u8 = 1;"),
        ("lib.rs", "pub union U { a: u8 }"),
        ("lib.rs", "pub extern crate alloc as other;"),
        ("lib.rs", "impl Value { pub fn added() {} }"),
        ("a.rs", "#[macro_export] macro_rules! m { () => {} }"),
        (
            "a.rs",
            "const _: () = { impl Value { pub fn added() {} } };",
        ),
        ("a.rs", "fn f() { impl Value { pub fn added() {} } }"),
        ("a.rs", "type Alias = Value;"),
        ("b.rs", "use crate::a::Value as Other;"),
        (
            "a.rs",
            "impl From<Value> for String { fn from(x: Value) -> Self { loop {} } }",
        ),
        (
            "a.rs",
            "impl PartialEq<Value> for u8 { fn eq(&self, x: &Value) -> bool { true } }",
        ),
        (
            "a.rs",
            "#[cfg(not(doctest))] impl Value { pub fn added() {} }",
        ),
        (
            "a.rs",
            "macro_rules! m { ($t:ty) => { impl Clone for $t {} } }",
        ),
        ("a.rs", "m! { impl Clone for Value {} }"),
    ];
    for (file, code) in ADDITIONS {
        let dir = tempfile::tempdir().unwrap();
        write_sample(dir.path(), file, code);
        let result = std::panic::catch_unwind(|| list(dir.path()));
        assert!(result.is_err() || result.unwrap() != SAMPLE_LIST, "{code}");
    }
}

/// Checks which types are `Send` and `Sync`, because the list does not show this.
#[test]
fn values_can_be_sent_and_shared_and_images_as_far_as_their_sources() {
    fn check<T: Send + Sync + 'static>() {}
    check::<cso::Coding>();
    check::<cso::Error>();
    check::<cso::ErrorKind>();
    check::<cso::Format>();
    check::<cso::Info>();
    check::<cso::OpenOptions>();
    check::<cso::Span>();
    check::<cso::Image<std::fs::File>>();
    check::<cso::Image<Vec<u8>>>();
    check::<cso::CompressOptions>();
    check::<cso::DecompressOptions>();
    check::<cso::VerifyOptions>();
    check::<cso::PrecacheOptions>();
    check::<cso::Digests>();
    check::<cso::Progress>();
    check::<cso::Summary>();
}
