"""seed verify as users meet it."""
import json
import re
import unittest

from program import ProgramTest

KERNEL = "add_forward/thread_per_element"
MY_ADD = """
#include <cstdlib>

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
        lines = self.succeed("verify", "--list").stdout.splitlines()
        self.assertLessEqual(max(map(len, lines)), 100)
        names = [line.split(":")[0] for line in lines if re.match("  [a-z]", line)]
        self.assertEqual(len(set(names)), len(names))
        self.assertGreater(len(names), 40)
        add = lines.index(f"  {KERNEL}: add_forward_thread_per_element")
        self.assertIn("      N C: 1x1 ", lines[add + 1])
        files = [line for line in lines[:add] if line.startswith("cuda/")]
        self.assertEqual(files[-1], "cuda/transformer/residual.cu")
        # Shapes that do not fit into a line go on below, none is lost
        listed = self.succeed("verify", "--list", "--kernel", "edit_tokens/block_per_canvas")
        verified = self.written_json("verify", "--kernel", "edit_tokens/block_per_canvas")
        self.assertEqual(re.findall(r"\d+(?:x\d+)+", listed.stdout),
                         verified["kernels"][0]["shapes"])
        self.assertGreater(len(listed.stdout.splitlines()), 3)

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
            self.refuse("verify", "--kernel", KERNEL, "--shape", shape,
                        says=f"expected the sizes N C of {KERNEL} with 2 sizes, got {shape}")
        for shape in ("", "x", "3x", "-3x3", "3x3.5", "99999999999x1", "a\nb"):
            self.refuse("verify", "--kernel", KERNEL, f"--shape={shape}")
        self.refuse("verify", "--kernel", KERNEL, "--seed", "-1")
        self.refuse("verify", "--kernel", KERNEL, "--arange", says="--shape beside it")

    def test_shapes_that_a_kernel_cannot_have_are_refused_before_it_runs(self):
        for kernel, shape, says in (
                (KERNEL, "0x0", "with N >= 1"), (KERNEL, "3x0", "with C >= 1"),
                (KERNEL, "1048576x1048576", "above 2^26"),
                ("matmul_forward/tiled", "3x3x0", "with I >= 1"),
                ("decode_tokens/thread_per_byte", "0", "with N >= 1"),
                ("embedding_forward", "0x2x3", "with N >= 1"),
                ("rope_forward", "2x2x2x3", "with an even D"),
                ("attention_forward", "1x3x3x2x2x0", "with a multiple of K as H"),
                ("attention_forward/online_softmax", "1x3x2x1x129x0", "D <= 128"),
                ("forbid_token", "2x3x3", "with token < V"),
                ("gather_rows", "5x3x2", "with M <= N"),
                ("edit_tokens", "3x7x2x4", "with V >= 5"),
                ("levenshtein_myers", "3x3x3x0", "with A >= 1"),
                # Each array alone has few elements in a row, all of them more than any memory
                ("rope_forward", "8192x8192x8192x8192", "not enough memory")):
            self.refuse("verify", "--kernel", kernel, "--shape", shape, says=says)
        for kernel, shape in (("levenshtein_myers", "2x0x0x2"), ("prefix_sum", "0")):
            self.succeed("verify", "--kernel", kernel, "--shape", shape)

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
        shifted = self.verify_own(MY_ADD.replace("a[i]", "a[i + 1 < size ? i + 1 : i]"),
                                  "--shape", "5x4", "--arange")
        self.assertIn("[0,3] expected 6, got 7,", self.seed(*shifted).stdout)
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
        self.refuse(*self.verify_own(only_headers), says="expected a definition of void seed::add_for")
        self.refuse(*self.verify_own(""), "--file", self.folder / "none.cu")
        self.refuse("verify", "--file", self.folder / "none.cu", says="--kernel with one name")
        self.refuse("verify", "--file", "x.cu", "--kernel", "add_forward", says="got 2 kernels")
        self.refuse("verify", "--file", self.folder, "--kernel", KERNEL)

    def test_a_readers_kernel_cannot_take_the_program_with_it(self):
        crash = MY_ADD.replace("y[i] =", "*reinterpret_cast<float*>(8) =")
        if "AddressSanitizer" not in self.seed(*self.verify_own(crash)).stderr:  # has its own words
            self.refuse(*self.verify_own(crash), says="", after_progress=True)
        # The C library has something to say of this, and aborts
        spoilt = MY_ADD.replace("if (i", "if (i == 0) std::free(y + i + size % 2 + 1);\n    if (i")
        self.assertNotEqual(spoilt, MY_ADD)
        if "AddressSanitizer" not in self.seed(*self.verify_own(spoilt)).stderr:
            self.refuse(*self.verify_own(spoilt), says="the kernel crashed", after_progress=True)
        endless = MY_ADD.replace("if (i < size)", "while (i >= 0)")
        arguments = self.verify_own(endless, "--seconds", "2")
        line = endless[:endless.index("while (i")].count("\n") + 1
        for says in ("took more than 2 s for a shape, in ", f".cu:{line}"):
            self.refuse(*arguments, says=says, after_progress=True)

    def test_a_readers_mistakes_of_notation_are_named(self):
        signature = "void seed::add_forward_thread_per_element(seed::DeviceView<float>,"
        other_type = MY_ADD.replace("DeviceView<float> y,", "DeviceView<double> y,")
        self.assertNotEqual(other_type, MY_ADD)
        self.assertIn(signature, self.seed(*self.verify_own(other_type)).stderr.splitlines()[-1])
        launch = MY_ADD.index("simt::launch")
        chevrons = MY_ADD[:launch] + "add<<<1, 1>>>(y.data);\n}\n}\n"
        last = self.seed(*self.verify_own(chevrons)).stderr.splitlines()[-1]
        self.assertIn("is written simt::launch<kernel>({grid, block}, ...)", last)


if __name__ == "__main__":
    unittest.main()
