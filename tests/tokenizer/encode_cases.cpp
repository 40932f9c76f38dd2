// The kernels of cuda/tokenizer/encode.cu.
#include <bit>

#include "tests/support/kernel_case.h"
#include "tests/tokenizer/kernel_texts.h"
#include "tokenizer/tokenizer_device.h"

namespace seed {
namespace {

using Encode = decltype(encode_words_thread_per_word);
using Mark = decltype(mark_tokens_thread_per_symbol);
using Compact = decltype(compact_tokens_thread_per_symbol);

// The tokenizer's merges as kernels read them, but unkindly: as few slots free as a power of two
// leaves, and all ids beyond 16 bits.
class CrowdedMerges {
public:
    static constexpr TokenId shift = 70000;

    explicit CrowdedMerges(const Tokenizer& tokenizer)
        : slots_(slots_of(tokenizer)), byte_ids_(ids_of(tokenizer)) {}
    MergeTable table() const {
        return {slots_.data(), unsigned(slots_.size() - 1), byte_ids_.data()};
    }

private:
    static std::vector<MergeSlot> slots_of(const Tokenizer& tokenizer) {
        std::vector<MergeSlot> slots(std::bit_ceil(tokenizer.merges().size() + 1),
                                     MergeSlot{no_pair, 0, 0});
        const unsigned last_slot = unsigned(slots.size() - 1);
        for (const auto& [left, right] : tokenizer.merges()) {
            const Tokenizer::Merge& merge = *tokenizer.find_merge(left, right);
            const PairWord pair = pair_word(left + shift, right + shift);
            unsigned slot = first_slot(pair, last_slot);
            while (slots[slot].pair != no_pair) slot = (slot + 1) & last_slot;
            slots[slot] = {pair, merge.rank, merge.product + shift};
        }
        return slots;
    }
    static std::vector<TokenId> ids_of(const Tokenizer& tokenizer) {
        std::vector<TokenId> ids;
        for (int byte = 0; byte < 256; ++byte) ids.push_back(tokenizer.byte_id(char(byte)) + shift);
        return ids;
    }

    DeviceBuffer<MergeSlot> slots_;
    DeviceBuffer<TokenId> byte_ids_;
};

void verify_encode(Encode* encode, const Shape& s, Report& report) {
    const Tokenizer& tokenizer = kernel_tokenizer();
    const CrowdedMerges merges(tokenizer);
    std::vector<std::string> words = random_words(report.key(), s[0], s[1]);
    words.back().resize(std::size_t(s[1]), 'a');  // one has the full length
    std::vector<Index> first = {0};
    std::vector<std::uint8_t> all_bytes;
    for (const std::string& word : words) {
        all_bytes.insert(all_bytes.end(), word.begin(), word.end());
        first.push_back(Index(all_bytes.size()));
    }
    const auto bytes = report.given("bytes", all_bytes);
    const auto symbols = report.output<TokenId>("symbols", 1, bytes.cols());
    encode(symbols.view(), bytes.view(), first, merges.table());
    std::vector<TokenId> expected;
    for (std::size_t w = 0; w < words.size(); ++w) {
        for (const TokenId id : tokenizer.encode_pre_token(words[w])) {
            expected.push_back(id + CrowdedMerges::shift);
        }
        expected.resize(std::size_t(first[w + 1]), no_token);
    }
    report.expect(symbols, [&](Index, Index i) { return Bounded{double(expected[i]), 0}; });
}

// Tokens with about one gap in three.
std::vector<TokenId> random_gaps(Index size, RandomKey key) {
    RandomStream random(key.fork("gaps"), 0);
    std::vector<TokenId> symbols;
    for (Index i = 0; i < size; ++i) {
        const TokenId token = TokenId(random.below(300000));
        symbols.push_back(random.below(3) == 0 ? no_token : token);
    }
    return symbols;
}

void verify_mark(Mark* mark, const Shape& s, Report& report) {
    const std::vector<TokenId> with_gaps = random_gaps(s[0], report.key());
    const auto symbols = report.given("symbols", with_gaps);
    const auto kept = report.output<Index>("kept", 1, s[0]);
    mark(kept.view(), symbols.view());
    report.expect(kept, [&](Index, Index i) {
        return Bounded{with_gaps[i] == no_token ? 0.0 : 1.0, 0};
    });
}

void verify_compact(Compact* compact, const Shape& s, Report& report) {
    std::vector<TokenId> with_gaps = random_gaps(s[0], report.key());
    with_gaps.front() = 5;  // at least one
    std::vector<Index> first = {0};
    std::vector<TokenId> expected;
    for (TokenId token : with_gaps) {
        if (token != no_token) expected.push_back(token);
        first.push_back(Index(expected.size()));
    }
    const auto symbols = report.given("symbols", with_gaps);
    const auto places = report.given("places", first);
    const auto ids = report.output<TokenId>("ids", 1, Index(expected.size()));
    compact(ids.view(), symbols.view(), places.view());
    report.expect(ids, [&](Index, Index i) { return Bounded{double(expected[i]), 0}; });
}

// Words around a block's 128 threads and 4 warps; lengths around a warp's 32 lanes and beyond
const std::vector<Shape> word_shapes{{1, 1},   {3, 2},    {4, 31},  {5, 32},  {7, 33},
                                     {127, 9}, {128, 12}, {129, 5}, {13, 67}, {2, 200}};
const std::vector<Shape> symbol_shapes{{1}, {127}, {128}, {129}, {257}, {1009}, {4096}};

const RegisterKernels encode{"tokenizer/encode.cu",
                             {kernel_case("encode_words/thread_per_word", "words longest",
                                          word_shapes, encode_words_thread_per_word, verify_encode),
                              kernel_case("encode_words/warp_per_word", "words longest",
                                          word_shapes, encode_words_warp_per_word, verify_encode),
                              kernel_case("mark_tokens/thread_per_symbol", "S", symbol_shapes,
                                          mark_tokens_thread_per_symbol, verify_mark),
                              kernel_case("compact_tokens/thread_per_symbol", "S", symbol_shapes,
                                          compact_tokens_thread_per_symbol, verify_compact)}};

}  // namespace
}  // namespace seed
