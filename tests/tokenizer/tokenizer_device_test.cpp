// The tokenizer on the device: whole texts, against the host's.
#include "tokenizer/tokenizer_device.h"

#include "tests/support/catch.h"
#include "tests/tokenizer/kernel_texts.h"
#include "tokenizer/pair_counts_device.h"

using namespace seed;

TEST_CASE("the device encodes and decodes any text as the host does") {
    const Tokenizer& tokenizer = kernel_tokenizer();
    const DeviceTokenizer on_device(tokenizer);
    std::vector<std::string> texts = random_texts(7, 10, 3);
    for (const std::string& word : random_words({8}, 20, 60)) texts.push_back(word);
    for (const char* text : {"", "a", "<|eos|>", "local x = 12\n\n  return x\t\n"}) {
        texts.push_back(text);
    }
    for (const std::string& text : texts) {
        const std::vector<TokenId> ids = tokenizer.encode(text);
        CHECK(on_device.encode(text) == ids);
        CHECK(on_device.decode(ids) == text);
    }
    const std::vector<TokenId> special = {0, 65, 1, 2, 66, 0};
    CHECK(on_device.decode(special) == tokenizer.decode(special));
    CHECK(on_device.decode(std::vector<TokenId>{0, 1}).empty());
}

TEST_CASE("the device counts the pairs of a corpus as the host does") {
    const std::vector<std::string> texts = random_texts(9, 40, 5);
    const Tokenizer tokenizer = train_bpe(texts, {base_vocabulary_size + 10, 1});
    const WeightedWords all = encode_words(tokenizer, count_words(texts));
    const DeviceBuffer<TokenId> symbols(all.symbols);
    const DeviceBuffer<std::int64_t> weights(all.weights);
    const auto row = [](const auto& buffer) { return DeviceView{buffer.data(), 1, buffer.size()}; };
    const auto counts = count_pairs(row(symbols), row(weights));
    CHECK(counts.size() > 50);
    CHECK(counts == count_pairs(all.symbols, all.weights));
    CHECK(count_pairs(DeviceView<const TokenId>{nullptr, 1, 0}, {nullptr, 1, 0}).empty());
}
