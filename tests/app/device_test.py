"""Models on the device, as users meet them."""
import json
import unittest

from program import RESTLESS, ProgramTest


class OnTheDevice(ProgramTest):
    train_options = RESTLESS

    @classmethod
    def setUpClass(cls):
        super().setUpClass()
        help_text = cls.seed(cls, "train", "--help").stdout
        cls.device = "emulated" if "cpu or emulated" in help_text else "cuda"
        probe = cls.seed(cls, "verify", "--kernel", "forbid_token")
        if probe.returncode != 0:
            raise unittest.SkipTest("no CUDA device is there to run the kernels")

    def losses(self, folder):
        lines = (folder / "record.jsonl").read_text().splitlines()
        return [json.loads(line)["loss"] for line in lines]

    def test_training_follows_the_cpu_and_decodes_to_the_same_text(self):
        out = self.folder / "run"
        self.succeed(*self.train("--out", out, "--device", self.device, *RESTLESS))
        for here, there in zip(self.losses(out), self.losses(self.run_folder), strict=True):
            self.assertAlmostEqual(here, there, delta=1e-4 * there)
        for run in (out, self.run_folder):
            texts = {self.succeed("decode", run, "    if", "--device", device).stdout
                     for device in ("cpu", self.device)}
            self.assertEqual(len(texts), 1)

    def test_a_model_on_the_device_makes_substitutions_as_on_the_cpu(self):
        losses = []
        for device in ("cpu", self.device):
            out = self.folder / device
            self.succeed(*self.train("--out", out, "--device", device, "--edit-begin", "0",
                                     "--max-alpha", "0.5", "--substitutions", "model"))
            losses.append(self.losses(out))
        for here, there in zip(*losses, strict=True):
            self.assertAlmostEqual(here, there, delta=1e-4 * there)

    def test_a_run_started_on_the_cpu_is_resumed_and_evaluated_on_the_device(self):
        run = self.copy_of_run()
        self.succeed("train", "--resume", run, "--device", self.device, "--evaluation-texts", "2")
        effort = ("--texts 2 --samples 2 --chain-texts 1 --window-texts 1 --window 3 "
                  "--repair-texts 2 --tau-edit 0 --passes 1").split()
        reports = [self.written_json("eval", run, *effort, "--device", device)
                   for device in ("cpu", self.device)]
        numbers = [report["likelihood"] for report in reports]
        for name, value in numbers[0].items():
            if "confidence" in name:
                continue  # of two positions that are equally sure, rounding chooses the first
            if value is None:  # nobody knows the limit of a corpus
                self.assertIsNone(numbers[1][name], name)
                continue
            self.assertAlmostEqual(value, numbers[1][name], delta=1e-4 * abs(value), msg=name)
        rates = [report["repair"]["clean"]["false_edit_rate"] for report in reports]
        self.assertGreater(rates[0], 0)
        self.assertAlmostEqual(rates[0], rates[1], delta=0.1)

    def test_a_program_is_repaired_on_the_device_as_on_the_cpu(self):
        program = self.folder / "program.lua"
        program.write_text("x = a_1 + 2\n")
        repairs = [self.written_json("edit", self.run_folder, program, "--instruction", "-- a",
                                     "--tau-edit", "0", "--passes", "1", "--device", device)
                   for device in ("cpu", self.device)]
        self.assertGreater(repairs[0]["rewrites"], 0)
        self.assertEqual(repairs[0]["completion"], repairs[1]["completion"])

    def test_a_device_that_the_build_lacks_is_refused_before_any_work(self):
        other = "cuda" if self.device == "emulated" else "emulated"
        for name in (other, "gpu"):
            says = f"expected cpu or {self.device} in this build"
            self.refuse(*self.train("--out", self.folder / "new", f"--device={name}"), says=says)
            self.refuse("eval", self.run_folder, f"--device={name}", says=says)
            self.refuse("decode", self.run_folder, "x", f"--device={name}", says=says)
            self.refuse("edit", self.run_folder, "x", "--instruction", "x", f"--device={name}",
                        says=says)
        self.assertFalse((self.folder / "new").exists())


if __name__ == "__main__":
    unittest.main()
