"""Finds the longest way of a read, in functions from the C API to a codec.

gdb runs this file: gdb -batch -x read_depth.py --args read_depth FOLDER FILE... The library has to be built
without optimization, so that no function is part of another one. Closures and functions of the
standard library are not counted. Exits with status 1 if a way has more than LIMIT functions.
"""

import re

import gdb

LIMIT = 14

# The functions with which a codec begins. A missing name is an error, so that a renamed function
# is not left out unseen.
CODECS = (
    "cso::codec::inflate::Inflater::decode",
    "cso::codec::inflate::Inflater::decode_zlib",
    "cso::codec::inflate::Inflater::decode_many",
    "cso::codec::lz4::decode",
    "cso::codec::lz4::decode_with_slack",
    "cso::codec::lzo::decode",
)

longest = {}
hits = {name: 0 for name in CODECS}


def without_generics(name):
    """Removes the type parameters, such as <S> in Image<S>::read_at."""
    inner = re.compile(r"(?<=[\w:}])<[^<>]*>")
    while inner.search(name):
        name = inner.sub("", name)
    return name.replace("::::", "::")


def functions():
    """Returns the functions of the library on this thread's stack and their files, the innermost
    function first. Of the functions of a codec, only the first one that was called is included."""
    way = []
    frame = gdb.newest_frame()
    while frame is not None:
        table = frame.find_sal().symtab
        # The sources of the library have relative paths, those of its dependencies absolute ones.
        if table is not None and table.filename.startswith("src/"):
            name = without_generics(frame.name() or "?")
            if "{closure" not in name:
                way.append((name, table.filename))
        frame = frame.older()
    while len(way) > 1 and way[1][1].startswith("src/codec/"):
        del way[0]
    return way


class Codec(gdb.Breakpoint):
    def stop(self):
        hits[self.location] += 1
        way = functions()
        caller = way[-1][0].split("::")[-1]
        if caller.startswith("cso_read") and len(way) > len(longest.get(caller, ())):
            longest[caller] = way
        return False


gdb.execute("set pagination off")
gdb.execute("set breakpoint pending off")
for codec in CODECS:
    Codec(codec)
gdb.execute("run")

for caller, way in sorted(longest.items()):
    print(f"\n{caller}: {len(way)} functions")
    for number, (name, file) in enumerate(reversed(way), 1):
        print(f"{number:4} {name}  {file}")
missing = [name for name, count in hits.items() if count == 0]
if missing:
    print("not reached:", ", ".join(missing))
if len(longest) != 3 or missing or max(map(len, longest.values())) > LIMIT:
    gdb.execute("quit 1")
