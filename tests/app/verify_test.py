"""seed verify as users meet it."""
import json
import unittest

from program import ProgramTest

KERNEL = "add_forward/thread_per_element"
MY_ADD = """
#include "simt/simt.h"
#include "transformer/residual_device.h"

static __global__ void add(float* y, const float* a, const float* b, seed::Index size) {
    const seed::Index i = seed::Index(blockIdx.x) * blockDim.x + threadIdx.x;
    if (i < size) y[i] = a[i] + b[i];
}

void seed::add_forward_thread_per_element(DeviceView<float> y, DeviceView<const float> a,
                                          DeviceView<const float> b) {
    simt::launch<add>({(y.size() + 255) / 256, 256}, y.data, a.data, b.data, y.size());
}
"""
MY_NORM = """
#include <cmath>

#include "simt/simt.h"
#include "transformer/adamw_device.h"

static __global__ void norm(double* out, const float* x, seed::Index size) {
    SIMT_SHARED(double, sums, [256]);
    double sum = 0;
    for (seed::Index i = threadIdx.x; i < size; i += 256) sum += double(x[i]) * double(x[i]);
    sums[threadIdx.x] = sum;
    __syncthreads();
    for (unsigned half = 128; half > 0; half /= 2) {
        if (threadIdx.x < half) sums[threadIdx.x] += sums[threadIdx.x + half];
        __syncthreads();
    }
    if (threadIdx.x == 0) *out = sums[0];
}

double seed::global_norm_block_per_piece(DeviceView<const float> gradient) {
    const DeviceBuffer<double> out(1);
    simt::launch<norm>({1, 256}, out.data(), gradient.data, gradient.size());
    return std::sqrt(out.download()[0]);
}
"""


class Verify(ProgramTest):
    @classmethod
    def setUpClass(cls):
        super().setUpClass()
        file = cls.shared / "probe.json"
        probe = cls.seed(cls, "verify", "--kernel", "forbid_token", "--json", file)
        if probe.returncode != 0 and "cuda" in probe.stderr.lower():
            raise unittest.SkipTest("no CUDA device is there to run the kernels")
        cls.backend = json.loads(file.read_text())["backend"]

    def verify_own(self, text, *arguments, kernel=KERNEL):
        if self.backend != "emulated":
            self.skipTest("a reader's kernel is compiled for the emulator")
        file = self.folder / "it's my kernel.cu"
        file.write_text(text)
        return ("verify", "--kernel", kernel, "--file", file, *arguments)

    def test_the_list_names_every_kernel_with_its_file_function_and_shapes(self):
        lines = self.succeed("verify", "--list").stdout.splitlines()[2:]
        names = [line.split()[0] for line in lines]
        self.assertEqual(len(set(names)), len(names))
        self.assertGreater(len(names), 40)
        add = next(line.split() for line in lines if line.startswith(KERNEL))
        self.assertEqual(add[1:5], ["cuda/transformer/residual.cu",
                                    "add_forward_thread_per_element", "N", "C:"])
        self.assertIn("1x1", add)

    def test_one_kernel_one_ladder_and_one_shape_are_verified(self):
        one = self.written_json("verify", "--kernel", KERNEL)
        self.assertEqual(set(one), {"backend", "seed", "kernels"})
        self.assertEqual(set(one["kernels"][0]),
                         {"kernel", "file", "sizes", "shapes", "compared", "worst_error",
                          "share_of_bound", "failed_shapes", "failure"})
        self.assertEqual(one["kernels"][0]["failed_shapes"], 0)
        self.assertGreater(one["kernels"][0]["worst_error"], 0)
        self.assertLessEqual(one["kernels"][0]["share_of_bound"], 1)
        ladder = self.written_json("verify", "--kernel", "add_forward", "--seed", "7",
                                   "--shape", "33x7")
        self.assertEqual([k["shapes"] for k in ladder["kernels"]], [["33x7"], ["33x7"]])
        self.assertEqual([k["compared"] for k in ladder["kernels"]], [33 * 7, 33 * 7])
        table = self.succeed("verify", "--kernel", KERNEL).stdout
        for word in (KERNEL, self.backend, "of the bound", "passed"):
            self.assertIn(word, table)

    def test_another_seed_gives_other_numbers(self):
        errors = {self.written_json("verify", "--kernel", "swiglu_forward/thread_per_element",
                                    "--seed", seed, "--shape", "7x3")["kernels"][0]["worst_error"]
                  for seed in (1, 2, 3)}
        self.assertEqual(len(errors), 3)

    def test_bad_arguments_are_refused_in_one_line(self):
        self.refuse("verify", "--kernel", "no_such_kernel", says="one of those of --list")
        self.refuse("verify", "--shape", "3x3", says="--kernel beside it")
        for shape in ("3", "3x3x3"):
            self.refuse("verify", "--kernel", KERNEL, "--shape", shape, says="expected the sizes N C")
        for shape in ("", "x", "3x", "-3x3", "3x3.5", "99999999999x1", "a\nb"):
            self.refuse("verify", "--kernel", KERNEL, f"--shape={shape}")
        self.refuse("verify", "--kernel", KERNEL, "--seed", "-1")
        self.refuse("verify", "--kernel", KERNEL, "--json", self.folder / "no" / "file.json",
                    after_progress=True)

    def test_counts_are_printed_by_the_checker_build_alone(self):
        result = self.seed("verify", "--kernel", "add_forward", "--counts")
        if result.returncode == 0:
            self.assertIn("residual.cu:", result.stdout)
        else:
            self.refuse("verify", "--kernel", "add_forward", "--counts", says="checker build")

    def test_a_readers_right_kernel_passes(self):
        self.assertIn("passed", self.succeed(*self.verify_own(MY_ADD)).stdout)
        result = self.succeed(*self.verify_own(MY_NORM, kernel="global_norm/block_per_piece"))
        self.assertIn("passed", result.stdout)

    def test_a_readers_wrong_kernel_fails_and_is_told_where(self):
        wrong = MY_ADD.replace("i < size", "i + 1 < size")
        arguments = self.verify_own(wrong, "--shape", "5x4")
        self.refuse(*arguments, says="1 of 1 kernels failed", after_progress=True)
        report = self.seed(*arguments).stdout
        for words in (f"{KERNEL}, N=5 C=4, seed 1:", "y (5, 4): 1 of 20 wrong", "[4,3] expected",
                      "(never written)"):
            self.assertIn(words, report)
        no_barrier = MY_NORM.replace("= sum;\n    __syncthreads();", "= sum;")
        self.assertNotEqual(no_barrier, MY_NORM)
        self.refuse(*self.verify_own(no_barrier, kernel="global_norm/block_per_piece"),
                    after_progress=True)

    def test_a_file_that_cannot_be_used_is_refused(self):
        for text, says in ((MY_ADD.replace("float* y", "flaot* y"), "flaot"),
                           (MY_ADD.replace("add_forward_", "add_"), "add_thread_per_element"),
                           ("", "add_forward_thread_per_element")):
            result = self.seed(*self.verify_own(text))
            self.assertEqual(result.returncode, 1)
            self.assertIn(says, result.stderr)
            last = result.stderr.splitlines()[-1]
            self.assertTrue(last.startswith("error: ") and "the compiler ended" in last, last)
        only_headers = MY_ADD[:MY_ADD.index("static")]
        self.refuse(*self.verify_own(only_headers), says="expected a definition of seed::add_for")
        self.refuse(*self.verify_own(""), "--file", self.folder / "none.cu")
        self.refuse("verify", "--file", self.folder / "none.cu", says="--kernel with one name")
        self.refuse("verify", "--file", "x.cu", "--kernel", "add_forward", says="got 2 kernels")
        self.refuse("verify", "--file", self.folder, "--kernel", KERNEL)

    def test_a_readers_kernel_cannot_take_the_program_with_it(self):
        crash = MY_ADD.replace("y[i] =", "*reinterpret_cast<float*>(8) =")
        if "AddressSanitizer" not in self.seed(*self.verify_own(crash)).stderr:  # has its own words
            self.refuse(*self.verify_own(crash), says="", after_progress=True)
        endless = MY_ADD.replace("if (i < size)", "while (i >= 0)")
        self.refuse(*self.verify_own(endless, "--seconds", "2"), says="took more than 2 s",
                    after_progress=True)


if __name__ == "__main__":
    unittest.main()
