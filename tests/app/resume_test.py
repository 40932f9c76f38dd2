"""Runs that are killed at any moment, or run out of disk, end as if nothing had happened."""
import os
import random
import shutil
import signal
import subprocess
import time
import unittest

from program import MODEL, SEED, ProgramTest, contents

SIZES = [*MODEL, *"--canvas 32 --checkpoint-every 1 --evaluation-texts 1".split()]
KILLS = 18


def lines_in(file):
    return file.read_bytes().count(b"\n") if file.exists() else 0


def start(*arguments):
    return subprocess.Popen([SEED, *map(str, arguments)], stdout=subprocess.DEVNULL,
                            stderr=subprocess.DEVNULL)


def is_writing(folder):
    return any(".partial-" in name for name in os.listdir(folder)) if folder.exists() else False


class Resume(ProgramTest):
    @staticmethod
    def kill_at_some_moment(process, folder, kind, chance):
        """Waits for a moment of the given kind, or for the end; True if the process was killed."""
        record = folder / "record.jsonl"
        if kind == "any":
            time.sleep(chance.uniform(0, 0.05))
        else:
            wanted = lines_in(record) + chance.randint(1, 3)
            while process.poll() is None and lines_in(record) < wanted:
                time.sleep(0.0005)
        while kind == "writing" and process.poll() is None and not is_writing(folder):
            pass
        process.send_signal(signal.SIGKILL)
        return process.wait() == -signal.SIGKILL

    def check_kills(self, objective):
        train = ["train", "--corpus", self.corpus, "--objective", objective, "--steps", "60",
                 *SIZES]
        whole, killed = self.folder / "whole", self.folder / "killed"
        self.succeed(*train, "--out", whole)
        seed = os.environ.get("SEED_TEST_SEED", str(time.time_ns()))
        chance, kills, torn = random.Random(seed), 0, 0
        command = [*train, "--out", killed]
        while kills < KILLS:
            kind = ("any", "step", "writing")[kills % 3]
            if self.kill_at_some_moment(start(*command), killed, kind, chance):
                kills += 1
                torn += is_writing(killed)
            else:  # it came to its end before: once more from the beginning
                shutil.rmtree(killed)
                command = [*train, "--out", killed]
            if (killed / "config.json").exists():
                command = ["train", "--resume", killed, "--evaluation-texts", "1"]
        self.succeed(*command)
        self.assertEqual(contents(killed), contents(whole), f"SEED_TEST_SEED={seed}")
        self.assertGreater(torn, 0, "no kill hit a file that was being written")

    def test_a_diffusion_run_killed_many_times_ends_with_the_same_bytes(self):
        self.check_kills("diffusion")

    def test_an_autoregressive_run_killed_many_times_ends_with_the_same_bytes(self):
        self.check_kills("autoregressive")

    def test_a_run_killed_in_stage_2_and_one_killed_before_it_end_with_the_same_bytes(self):
        self.check_kills_around_stage_2("uniform")

    def test_so_does_one_whose_substitutions_are_made_by_the_weights_of_the_step(self):
        self.check_kills_around_stage_2("model")

    def check_kills_around_stage_2(self, substitutions):
        train = ["train", "--corpus", self.corpus, "--steps", "200", "--edit-begin", "0.5",
                 "--substitutions", substitutions, *SIZES]
        whole = self.folder / "whole"
        self.succeed(*train, "--out", whole)
        for steps in (80, 100, 130):
            killed = self.folder / f"killed{steps}"
            process = start(*train, "--out", killed)
            while process.poll() is None and lines_in(killed / "record.jsonl") < steps:
                time.sleep(0.0005)
            process.send_signal(signal.SIGKILL)
            self.assertEqual(process.wait(), -signal.SIGKILL)
            self.succeed("train", "--resume", killed, "--evaluation-texts", "1")
            self.assertEqual(contents(killed), contents(whole), steps)

    def test_stage_2_changes_its_own_steps_alone_and_every_option_of_it_matters(self):
        lines = {}
        for name, options in (("default", ""), ("masks only", "--edit-begin 1"),
                              ("in the middle", "--edit-begin 0.5 --edit-end 0.8"),
                              ("more edits", "--max-alpha 0.5"), ("masks on top", "--mask-on-top"),
                              ("a model's", "--max-alpha 0.5 --substitutions model")):
            out = self.folder / name
            self.succeed("train", "--corpus", self.corpus, "--steps", "10", *SIZES, "--out", out,
                         *options.split())
            lines[name] = (out / "record.jsonl").read_bytes().splitlines()
        masks = lines.pop("masks only")
        for name, record in lines.items():
            begin = 5 if name == "in the middle" else 8
            self.assertEqual(record[:begin], masks[:begin], name)
            self.assertNotEqual(record[begin], masks[begin], name)
        self.assertEqual(len({record[8] for record in lines.values()}), len(lines))

    def test_a_kill_between_the_two_files_of_a_checkpoint_is_mended(self):
        folder = self.copy_of_run()
        (folder / "model.safetensors").unlink()
        (folder / "model.safetensors.partial-0123abcd").write_bytes(b"torn")
        self.succeed("train", "--resume", folder)
        self.assertEqual(contents(folder), contents(self.run_folder))

    def test_one_thread_and_two_give_the_same_bytes(self):
        for options in ("--objective diffusion", "--objective autoregressive",
                        "--edit-begin 0 --max-alpha 0.5 --substitutions model"):
            folders = []
            for threads in ("1", "2"):
                folders.append(self.folder / (options + threads))
                self.succeed(*self.train(*options.split(), "--threads", threads, "--out",
                                         folders[-1]))
            self.assertEqual(contents(folders[0]), contents(folders[1]), options)

    def test_a_finished_run_is_resumed_without_a_change(self):
        before = contents(self.run_folder)
        first = self.succeed("train", "--resume", self.run_folder, "--evaluation-texts", "2")
        again = self.succeed("train", "--resume", self.run_folder, "--evaluation-texts", "2")
        self.assertEqual(first.stdout, again.stdout)
        self.assertEqual(contents(self.run_folder), before)


class FullDisk(ProgramTest):
    """A checkpoint that finds no room leaves the one before it, and the run goes on from there."""

    def test_a_limit_on_file_sizes_is_an_error_and_the_old_checkpoint_survives(self):
        import resource

        def limit():  # config.json and tokenizer.json fit, a checkpoint does not
            resource.setrlimit(resource.RLIMIT_FSIZE, (20_000, 20_000))

        folder = self.folder / "run"
        self.refuse(*self.train("--out", folder), says="File too large", after_progress=True,
                    preexec_fn=limit)
        self.assertEqual(set(contents(folder)), {"config.json", "tokenizer.json", "record.jsonl"})
        finished = self.copy_of_run()
        self.refuse("train", "--resume", finished, says="File too large", preexec_fn=limit)
        self.assertEqual(contents(finished), contents(self.run_folder))
        self.succeed("train", "--resume", folder)
        self.assertEqual(contents(folder), contents(self.run_folder))

    def test_a_full_disk_is_an_error_and_the_old_checkpoint_survives(self):
        disk = self.folder / "disk"
        disk.mkdir()
        mount = ["mount", "-t", "tmpfs", "-o", "size=800k", "tmpfs", disk]
        mounted = shutil.which("mount") and subprocess.run(mount, capture_output=True)
        if not mounted or mounted.returncode != 0:
            self.skipTest("no small disk could be mounted: that takes root")
        self.addCleanup(subprocess.run, ["umount", disk])
        folder, filler = disk / "run", disk / "filler"
        train = ["train", "--corpus", self.corpus, "--steps", "400", *SIZES]
        process = start(*train, "--out", folder)
        while process.poll() is None and lines_in(folder / "record.jsonl") < 3:
            time.sleep(0.001)
        process.kill()
        process.wait()
        free = os.statvfs(disk)
        filler.write_bytes(bytes(max(0, free.f_bavail * free.f_frsize - 60_000)))
        before = contents(folder)
        self.refuse("train", "--resume", folder, says="No space left", after_progress=True)
        self.assertEqual(contents(folder)["training.safetensors"], before["training.safetensors"])
        filler.unlink()
        self.succeed("decode", folder, "def f")


if __name__ == "__main__":
    unittest.main()
