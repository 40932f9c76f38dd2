// The kernel of cuda/transformer/forbid_token.cu.
#include "tests/support/kernel_case.h"
#include "transformer/forbid_token_device.h"

namespace seed {
namespace {

using Forbid = void(DeviceView<float>, std::int32_t);

void verify_forbid(Forbid* forbid, const Shape& s, Report& report) {
    const Index token = s[2];
    const auto logits = report.updated("logits", s[0], s[1]);
    forbid(logits.view(), std::int32_t(token));
    report.expect(logits, [&](Index i, Index j) {
        return Bounded{j == token ? -INFINITY : logits(i, j), 0};
    });
}

bool is_token(const Shape& s) { return s[2] < s[1]; }

const RegisterKernels forbid_token_kernel{"transformer/forbid_token.cu",
                                          {kernel_case<Forbid>("forbid_token", "N V token",
                                                               {{1, 1, 0},
                                                                {1, 2, 1},
                                                                {127, 3, 0},
                                                                {128, 3, 2},
                                                                {129, 3, 1},
                                                                {96, 512, 511},
                                                                {2, 70001, 70000}},
                                                               forbid_token, verify_forbid)
                                               .with("token < V", is_token)}};

}  // namespace
}  // namespace seed
