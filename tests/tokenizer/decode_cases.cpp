// The kernels of cuda/tokenizer/decode.cu.
#include "core/philox.h"
#include "tests/support/kernel_case.h"
#include "tokenizer/tokenizer_device.h"

namespace seed {
namespace {

using Lengths = decltype(token_lengths_thread_per_token);
using Decode = decltype(decode_tokens_thread_per_token);

// A vocabulary that needs more than 16 bits, of tokens of 0 to 6 bytes; the last has 40.
struct Vocabulary {
    static constexpr Index size = 70001;
    std::vector<std::uint8_t> bytes;
    std::vector<Index> first = {0};
    DeviceBuffer<std::uint8_t> device_bytes{0};
    DeviceBuffer<Index> device_first{0};

    Vocabulary() {
        RandomStream random({5}, 0);
        for (Index id = 0; id < size; ++id) {
            const Index length = id + 1 == size ? 40 : random.between(0, 6);
            for (Index i = 0; i < length; ++i) bytes.push_back(std::uint8_t(random.below(256)));
            first.push_back(Index(bytes.size()));
        }
        device_bytes = DeviceBuffer<std::uint8_t>(bytes);
        device_first = DeviceBuffer<Index>(first);
    }
    TokenBytes table() const { return {device_bytes.data(), device_first.data()}; }
    std::span<const std::uint8_t> bytes_of(TokenId id) const {
        return std::span(bytes).subspan(std::size_t(first[id]), std::size_t(length(id)));
    }
    Index length(TokenId id) const { return first[id + 1] - first[id]; }
};

// The longest one first, an empty one last.
std::vector<TokenId> random_tokens(Index count, const Vocabulary& vocabulary, RandomKey key) {
    RandomStream random(key.fork("tokens"), 0);
    std::vector<TokenId> ids;
    for (Index n = 0; n < count; ++n) ids.push_back(TokenId(random.below(Vocabulary::size)));
    while (vocabulary.length(ids.back()) > 0) ids.back() = TokenId(random.below(Vocabulary::size));
    ids.front() = TokenId(Vocabulary::size - 1);
    return ids;
}

void verify_lengths(Lengths* launch, const Shape& s, Report& report) {
    const Vocabulary vocabulary;
    const std::vector<TokenId> tokens = random_tokens(s[0], vocabulary, report.key());
    const auto ids = report.given("ids", tokens);
    const auto lengths = report.output<Index>("lengths", 1, s[0]);
    launch(lengths.view(), ids.view(), vocabulary.table());
    report.expect(lengths, [&](Index, Index n) {
        return Bounded{double(vocabulary.length(tokens[n])), 0};
    });
}

void verify_decode(Decode* decode, const Shape& s, Report& report) {
    const Vocabulary vocabulary;
    const std::vector<TokenId> tokens = random_tokens(s[0], vocabulary, report.key());
    std::vector<std::uint8_t> expected;
    std::vector<Index> first = {0};
    for (TokenId id : tokens) {
        const auto bytes = vocabulary.bytes_of(id);
        expected.insert(expected.end(), bytes.begin(), bytes.end());
        first.push_back(Index(expected.size()));
    }
    const auto ids = report.given("ids", tokens);
    const auto places = report.given("places", first);
    const auto text = report.output<std::uint8_t>("text", 1, Index(expected.size()));
    decode(text.view(), ids.view(), places.view(), vocabulary.table());
    report.expect(text, [&](Index, Index i) { return Bounded{double(expected[i]), 0}; });
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
