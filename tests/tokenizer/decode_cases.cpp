// The kernels of cuda/tokenizer/decode.cu.
#include "tests/support/kernel_case.h"
#include "tests/tokenizer/kernel_texts.h"
#include "tokenizer/tokenizer_device.h"

namespace seed {
namespace {

using Lengths = decltype(token_lengths_thread_per_token);
using Decode = decltype(decode_tokens_thread_per_token);

// Any tokens, special ones among them, and the longest one first.
std::vector<TokenId> random_tokens(Index count, RandomKey key) {
    const Tokenizer& tokenizer = kernel_tokenizer();
    RandomStream random(key.fork("tokens"), 0);
    std::vector<TokenId> ids;
    for (Index n = 0; n < count; ++n) {
        const bool special = random.below(6) == 0;
        ids.push_back(TokenId(special ? random.below(3)
                                      : random.below(std::uint32_t(tokenizer.vocab_size()))));
    }
    ids.front() = TokenId(tokenizer.vocab_size() - 1);
    return ids;
}

void verify_lengths(Lengths* launch, const Shape& s, Report& report) {
    const DeviceTokenizer on_device(kernel_tokenizer());
    const std::vector<TokenId> tokens = random_tokens(s[0], report.key());
    const auto ids = report.given("ids", tokens);
    const auto lengths = report.output<Index>("lengths", 1, s[0]);
    launch(lengths.view(), ids.view(), on_device.token_bytes());
    report.expect(lengths, [&](Index, Index n) {
        return Bounded{double(kernel_tokenizer().decode(std::span(&tokens[n], 1)).size()), 0};
    });
}

void verify_decode(Decode* decode, const Shape& s, Report& report) {
    const DeviceTokenizer on_device(kernel_tokenizer());
    const std::vector<TokenId> tokens = random_tokens(s[0], report.key());
    std::string expected;
    std::vector<Index> first = {0};
    for (TokenId id : tokens) {
        expected += kernel_tokenizer().decode(std::span(&id, 1));
        first.push_back(Index(expected.size()));
    }
    const auto ids = report.given("ids", tokens);
    const auto places = report.given("places", first);
    const auto text = report.output<std::uint8_t>("text", 1, Index(expected.size()));
    decode(text.view(), ids.view(), places.view(), on_device.token_bytes());
    report.expect(text, [&](Index, Index i) {
        return Bounded{double(std::uint8_t(expected[i])), 0};
    });
}

const std::vector<Shape> shapes{{1}, {2}, {3}, {127}, {128}, {129}, {257}, {1009}};

const RegisterKernels decode{"tokenizer/decode.cu",
                             {kernel_case("token_lengths/thread_per_token", "N", shapes,
                                          token_lengths_thread_per_token, verify_lengths),
                              kernel_case("decode_tokens/thread_per_token", "N", shapes,
                                          decode_tokens_thread_per_token, verify_decode),
                              kernel_case("decode_tokens/thread_per_byte", "N", shapes,
                                          decode_tokens_thread_per_byte, verify_decode)}};

}  // namespace
}  // namespace seed
