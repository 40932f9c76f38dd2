#include "app/tokenize_command.h"

#include <fmt/format.h>

#include <cctype>
#include <charconv>
#include <cstdio>
#include <limits>
#include <memory>
#include <string>

#include "app/places.h"
#include "app/tokenize_reports.h"
#include "app/writable_file.h"
#include "core/files.h"
#include "core/require.h"
#include "core/text.h"
#include "tokenizer/bpe_trainer.h"
#include "tokenizer/corpus.h"
#include "tokenizer/tokenizer_json.h"

namespace seed {
namespace {

struct Options {
    std::string corpus, out, tokenizer, file, text, json;
    std::size_t max_bytes = unlimited_bytes;
    BpeOptions bpe;
};

void write_to_stdout(std::string_view bytes) {
    const std::size_t written = std::fwrite(bytes.data(), 1, bytes.size(), stdout);
    require(written == bytes.size() && std::fflush(stdout) == 0,
            "standard output: expected to write {} bytes, wrote {}", bytes.size(), written);
}

void train(const Options& options) {
    const Corpus corpus = read_corpus(options.corpus, options.max_bytes);
    const Tokenizer tokenizer = train_bpe(corpus.texts, options.bpe);
    save_tokenizer(options.out, tokenizer);
    const std::int64_t tokens = count_tokens(tokenizer, corpus.texts);
    fmt::print("corpus     {} files, {} bytes (skipped: {} binary, {} unreadable)\n",
               corpus.texts.size(), corpus.bytes(), corpus.skipped_binary,
               corpus.skipped_unreadable);
    fmt::print("vocabulary {} tokens, {} merges\n", tokenizer.vocab_size(),
               tokenizer.merges().size());
    fmt::print("length     {} tokens, {:.3f} bytes per token\n", tokens,
               double(corpus.bytes()) / double(tokens));
    fmt::print("wrote      {}\n", options.out);
}

void encode(const Options& options) {
    const Tokenizer tokenizer = load_tokenizer(options.tokenizer);
    const std::vector<TokenId> ids = tokenizer.encode(read_file(options.file));
    write_to_stdout(fmt::format("{}\n", fmt::join(ids, " ")));
}

std::vector<TokenId> parse_ids(std::string_view text) {
    std::vector<TokenId> ids;
    const char* end = text.data() + text.size();
    for (const char* at = text.data(); at != end;) {
        if (std::isspace(static_cast<unsigned char>(*at))) {
            ++at;
            continue;
        }
        TokenId id = 0;
        const auto [stop, error] = std::from_chars(at, end, id);
        const bool whole = stop == end || std::isspace(static_cast<unsigned char>(*stop));
        require(error == std::errc() && whole,
                "token ids: expected numbers separated by white space, got {}",
                one_line(std::string_view(at, std::min<std::size_t>(end - at, 20))));
        ids.push_back(id);
        at = stop;
    }
    return ids;
}

void decode(const Options& options) {
    const Tokenizer tokenizer = load_tokenizer(options.tokenizer);
    const std::string file = options.file.empty() ? "/dev/stdin" : options.file;
    write_to_stdout(tokenizer.decode(parse_ids(read_file(file))));
}

void show(const Options& options) {
    require(options.text.empty() != options.file.empty(),
            "seed tokenize show: expected either FILE or --text TEXT, got {}",
            options.text.empty() ? "neither" : "both");
    require_other_file(options.json, options.tokenizer);
    require_other_file(options.json, options.file);
    const Tokenizer tokenizer = load_tokenizer(options.tokenizer);
    const std::string text = options.file.empty() ? options.text : read_file(options.file);
    show_merges(tokenizer, text, options.json);
}

void curve(const Options& options) {
    const Corpus corpus = read_corpus(options.corpus, options.max_bytes);
    show_compression_curve(corpus, options.bpe, options.json);
}

// The options that several subcommands share
void add_corpus_options(CLI::App& command, Options& options) {
    command.add_option("--corpus", options.corpus, "Folder of text files")->required();
    command.add_option("--vocab-size", options.bpe.vocab_size, "Tokens to learn, at least 259")
        ->check(CLI::Range(int(base_vocabulary_size), 1 << 20))
        ->capture_default_str();
    command.add_option("--min-count", options.bpe.min_count, "Do not merge rarer pairs")
        ->check(CLI::Range(1, std::numeric_limits<int>::max()))
        ->capture_default_str();
    command.add_option("--max-bytes", options.max_bytes, "Read no more than this many bytes");
}

void add_tokenizer_option(CLI::App& command, Options& options) {
    command.add_option("--tokenizer", options.tokenizer, "A tokenizer.json")->required();
}

}  // namespace

void add_tokenize_command(CLI::App& app) {
    // One set of options for all subcommands: only one of them runs. The callbacks keep it alive.
    const auto options = std::make_shared<Options>();
    CLI::App* group = app.add_subcommand("tokenize", "Learn and use a byte-level BPE tokenizer");
    group->require_subcommand(1);
    const auto add = [&](const char* name, const char* help, void (*run)(const Options&)) {
        CLI::App* command = group->add_subcommand(name, help);
        command->callback([options, run] { run(*options); });
        return command;
    };

    CLI::App* command = add("train", "Learn a tokenizer from a folder of text files", train);
    add_corpus_options(*command, *options);
    command->add_option("--out", options->out, "The tokenizer.json to write")
        ->required()
        ->check(writable_file());

    command = add("encode", "Print the token ids of a file", encode);
    add_tokenizer_option(*command, *options);
    command->add_option("file", options->file, "The text")->required();

    command = add("decode", "Print the text of token ids", decode);
    add_tokenizer_option(*command, *options);
    command->add_option("file", options->file, "Ids separated by white space (default: stdin)");

    command = add("show", "Show the merges that turn a short text into tokens", show);
    add_tokenizer_option(*command, *options);
    command->add_option("file", options->file, "The text");
    command->add_option("--text", options->text, "The text itself");
    command->add_option("--json", options->json, "Write the steps to this file as well")
        ->check(writable_file());

    command = add("curve", "Tokens per byte as the vocabulary grows", curve);
    add_corpus_options(*command, *options);
    command->add_option("--json", options->json, "Write the table to this file as well")
        ->check(writable_file());
}

}  // namespace seed
