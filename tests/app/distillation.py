"""What the tests of seed distill share: a model, a distillation of it, its files."""
import json
import struct
import subprocess

from program import LUA_MODEL, SEED, ProgramTest

TRAIN = ["train", *LUA_MODEL, *"--steps 8 --edit-begin 0.5 --evaluation-texts 2".split()]
SMALL = ("--texts 40 --members 2 --order-steps 2 5 --steps 12 --threads 2").split()


def tensors_of(file):
    """The header of a safetensors file, and its integers by name."""
    data = file.read_bytes()
    size = struct.unpack("<Q", data[:8])[0]
    header = json.loads(data[8:8 + size])
    values = {}
    for name, tensor in header.items():
        if name == "__metadata__":
            continue
        begin, end = tensor["data_offsets"]
        code = {"I32": "i", "F64": "d"}[tensor["dtype"]]
        raw = data[8 + size + begin:8 + size + end]
        values[name] = struct.unpack(f"<{len(raw) // struct.calcsize(code)}{code}", raw)
    return header, values


class DistillTest(ProgramTest):
    @classmethod
    def setUpClass(cls):
        super().setUpClass()
        cls.start = cls.shared / "start"
        cls.whole = cls.shared / "whole"
        for command in ([*TRAIN, "--out", cls.start],
                        ["distill", "--from", cls.start, "--out", cls.whole, *SMALL,
                         "--json", cls.shared / "selection.json"]):
            subprocess.run([SEED, *command], check=True, capture_output=True)

    def distill(self, *options):
        """The options given replace those of SMALL."""
        small = list(SMALL)
        if len(options) > 1 and options[-2] in small:
            at = small.index(options[-2])
            end = next((i for i in range(at + 1, len(small)) if small[i].startswith("--")), None)
            del small[at:end]
        return ["distill", "--from", self.start, *small, *options]
