// A folder of files as a run's texts: what is held out, what is skipped, which windows there are.
#include <set>

#include "core/files.h"
#include "runs/text_source.h"
#include "tests/support/catch.h"
#include "tests/support/error_of.h"
#include "tests/support/temporary_folder.h"
#include "tokenizer/bpe_trainer.h"

using namespace seed;

TEST_CASE("of a corpus the last tenth of each file is held out, and training never shows it") {
    const TemporaryFolder folder;
    // Nine lines of ten are of a, the last of b; of the second file, of c and d
    for (const auto& [name, early, late] :
         {std::tuple{"one.lua", 'a', 'b'}, {"two.lua", 'c', 'd'}}) {
        std::string text;
        for (int line = 0; line < 400; ++line) {
            text += std::string(9, line < 360 ? early : late) + "\n";
        }
        write_file_atomically(folder / name, text);
    }
    const CorpusTexts texts = read_corpus_texts(folder.path());
    const Tokenizer tokenizer = train_bpe(texts.training, {.vocab_size = 270});
    const auto source = corpus_source(texts, tokenizer, 24, RandomKey{5});
    std::string trained, held_out;
    for (Index step = 0; step < 20; ++step) {
        for (const Canvas& text : source->training(step, 10)) {
            CHECK(text.ids.size() == 24);
            trained += tokenizer.decode(text.ids);
        }
    }
    for (const EvaluationText& text : source->held_out(200)) {
        CHECK(text.bytes == Index(tokenizer.decode(text.canvas.ids).size()));
        held_out += tokenizer.decode(text.canvas.ids);
    }
    const auto letters = [](const std::string& text) {
        return std::set<char>(text.begin(), text.end());
    };
    CHECK(letters(trained) == std::set<char>{'\n', 'a', 'c'});
    CHECK(letters(held_out) == std::set<char>{'\n', 'b', 'd'});
    CHECK(source->asked_edits(0, 4).empty());
    // Every step goes on where the one before ended
    const auto two_steps = source->training(0, 8);
    for (Index i = 0; i < 4; ++i) {
        CHECK(source->training(0, 4)[i].ids == two_steps[i].ids);
        CHECK(source->training(1, 4)[i].ids == two_steps[i + 4].ids);
    }
}

TEST_CASE(
    "a file is cut behind the last line end before nine tenths, or there if it has one line") {
    const TemporaryFolder folder;
    // 40 bytes each: nine tenths are 36
    const std::vector<std::pair<std::string, std::string>> parts{
        {fmt::format("{:a>9}\n{:b>9}\n", "", ""), fmt::format("{:c>19}\n", "")},
        {fmt::format("{:d>36}\n", ""), "ee\n"},
        {fmt::format("{:f>29}\n", ""), fmt::format("{:g>9}\n", "")},
        {fmt::format("{:h>36}", ""), "iii\n"}};
    for (std::size_t i = 0; i < parts.size(); ++i) {
        const auto& [training, held_out] = parts[i];
        write_file_atomically(folder / fmt::format("{}.lua", i), training + held_out);
    }
    const CorpusTexts texts = read_corpus_texts(folder.path());
    REQUIRE(texts.training.size() == 4);
    for (std::size_t i = 0; i < parts.size(); ++i) {
        CHECK(texts.training[i] == parts[i].first);
        CHECK(texts.held_out[i] == parts[i].second);
    }
}

TEST_CASE("files that are no text and files that cannot be read are skipped, and both counted") {
    const TemporaryFolder folder;
    write_file_atomically(folder / "text.lua", "return 1\n");
    for (const char* name : {"one.o", "two.o"}) {
        write_file_atomically(folder / name, std::string("\0\1", 2));
    }
    std::filesystem::create_symlink("/proc/self/mem", folder / "unreadable.lua");
    CHECK(read_corpus_texts(folder.path()).skipped_files == 3);
}

TEST_CASE("a window may begin anywhere, from the first token to the last that leaves room for it") {
    const Tokenizer tokenizer = Tokenizer::from_merges({});
    // An end behind each text: 7 tokens to train on, 6 to hold out, windows of 5
    const auto source =
        corpus_source({{"abc", "de"}, {"xy", "zw"}, "", 0}, tokenizer, 5, RandomKey{5});
    const auto windows_of = [&](const std::string& text) {
        std::vector<std::int32_t> ids;
        for (const char c : text) {
            ids.push_back(c == '$' ? tokenizer.eos_id() : tokenizer.encode(std::string(1, c))[0]);
        }
        std::set<std::vector<std::int32_t>> windows;
        for (auto w = ids.begin(); w + 5 <= ids.end(); ++w) windows.emplace(w, w + 5);
        return windows;
    };
    std::set<std::vector<std::int32_t>> trained, held_out;
    for (const Canvas& text : source->training(0, 200)) trained.insert(text.ids);
    for (const EvaluationText& text : source->held_out(200)) held_out.insert(text.canvas.ids);
    CHECK(trained == windows_of("abc$de$"));
    CHECK(held_out == windows_of("xy$zw$"));
    const auto just_one = corpus_source({{"abcd"}, {"wxyz"}, "", 0}, tokenizer, 5, RandomKey{5});
    CHECK(just_one->training(0, 1)[0].ids == *windows_of("abcd$").begin());
}

TEST_CASE("another key has other windows, and both parts must fill a canvas") {
    const Tokenizer tokenizer = Tokenizer::from_merges({});
    const std::string text = "the quick brown fox jumps over the lazy dog";
    const auto windows = [&](std::uint64_t key) {
        const auto source = corpus_source({{text}, {text}, "", 0}, tokenizer, 5, RandomKey{key});
        std::vector<std::vector<std::int32_t>> all;
        for (const Canvas& canvas : source->training(0, 20)) all.push_back(canvas.ids);
        for (const EvaluationText& other : source->held_out(20)) all.push_back(other.canvas.ids);
        return all;
    };
    CHECK(windows(5) == windows(5));
    CHECK(windows(5) != windows(6));
    const auto error = [&](const std::string& training, const std::string& held_out) {
        return error_of([&] {
            corpus_source({{training}, {held_out}, "", 0}, tokenizer, 5, RandomKey{5});
        });
    };
    const std::string expected =
        "corpus: expected at least 5 tokens to train on and to hold out, got ";
    CHECK(error("abc", "abcd") == expected + "4 and 5");
    CHECK(error("abcd", "abc") == expected + "5 and 4");
}

TEST_CASE("a corpus that has been moved is asked for, and its copy is the same corpus") {
    const TemporaryFolder folder;
    std::filesystem::create_directories(folder / "new");
    write_file_atomically(folder / "new/one.lua", fmt::format("{:x>4000}\n{:y>900}", "", ""));
    RunConfig config;
    config.canvas = 24;
    config.corpus = (folder / "old").string();
    config.corpus_digest = read_corpus_texts(folder / "new").digest;
    const Tokenizer tokenizer = Tokenizer::from_merges({});
    CHECK(error_of([&] { open_source(config, tokenizer); }) ==
          config.corpus +
              ": expected the corpus of the run, found no folder; where it is now: seed train "
              "--resume RUN --corpus FOLDER");
    config.corpus = (folder / "new").string();
    CHECK(open_source(config, tokenizer)->held_out(3).size() == 3);
    std::filesystem::create_directories(folder / "new/.git");
    write_file_atomically(folder / "new/.git/HEAD", "ref");
    CHECK(open_source(config, tokenizer)->held_out(3).size() == 3);
}

TEST_CASE("a run's corpus must be the one it began with") {
    const TemporaryFolder folder;
    write_file_atomically(folder / "one.lua", fmt::format("{:x>4000}\n{:y>900}", "", ""));
    const CorpusTexts texts = read_corpus_texts(folder.path());
    RunConfig config;
    config.canvas = 24;
    config.corpus = folder.path().string(), config.corpus_digest = texts.digest;
    const Tokenizer tokenizer = Tokenizer::from_merges({});
    CHECK(open_source(config, tokenizer)->held_out(3).size() == 3);
    write_file_atomically(folder / "one.lua", fmt::format("{:x>4001}\n{:y>899}", "", ""));
    CHECK(error_of([&] { open_source(config, tokenizer); }) ==
          config.corpus +
              ": expected the corpus that the run began with, got one that has changed");
}
