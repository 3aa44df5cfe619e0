"""Parts of benches/images.sh.

images.py make FOLDER               files of made data: sound, tables, noise, zeros
images.py sample IMAGE MIB SAMPLE   as many MiB of an image, in even stripes of 64 KiB
"""

import math
import os
import random
import struct
import sys

STRIPE = 64 << 10


def sound(count):
    """16-bit samples of a few slowly changing tones with a little noise."""
    chance = random.Random(1)
    phases = [0.0] * 4
    steps = [0.02, 0.031, 0.075, 0.2]
    samples = []
    for at in range(count):
        if at % 4096 == 0:
            steps = [step * chance.uniform(0.94, 1.06) for step in steps]
        phases = [phase + step for phase, step in zip(phases, steps)]
        tone = sum(math.sin(phase) for phase in phases)
        samples.append(int(5000 * tone) + chance.randrange(-60, 60))
    return struct.pack(f"<{count}h", *samples)


def table(rows):
    """Records of 16 bytes: a number, an offset, a size, flags."""
    chance = random.Random(2)
    offset = 0x1000
    records = []
    for row in range(rows):
        size = chance.randrange(16, 4000) & ~3
        records.append(struct.pack("<IIII", row, offset, size, 1 << chance.randrange(6)))
        offset += size
    return b"".join(records)


def make(folder):
    made = {
        "sound.pcm": sound(2 << 20),
        "table.bin": table(256 << 10),
        "noise.bin": random.Random(3).randbytes(4 << 20),
        "zeros.bin": bytes(4 << 20),
    }
    os.makedirs(f"{folder}/made")
    for name, data in made.items():
        with open(f"{folder}/made/{name}", "wb") as file:
            file.write(data)


def sample(image, mib, to):
    stripes = os.path.getsize(image) // STRIPE
    wanted = min(stripes, (mib << 20) // STRIPE)
    with open(image, "rb") as source, open(to, "wb") as out:
        for stripe in range(wanted):
            source.seek(stripe * stripes // wanted * STRIPE)
            out.write(source.read(STRIPE))


match sys.argv[1:]:
    case ["make", folder]:
        make(folder)
    case ["sample", image, mib, to]:
        sample(image, int(mib), to)
    case _:
        sys.exit(__doc__)
