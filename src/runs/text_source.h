// Where the training texts come from: endless Lua tasks, or a folder of source files.
#pragma once

#include <memory>
#include <optional>

#include "lua_tasks/generator.h"
#include "runs/run_config.h"
#include "tokenizer/tokenizer.h"
#include "transformer/canvas.h"

namespace seed {

// A canvas, and the bytes of text behind its prompt (for bits per byte). Where the world that made
// the text is known, its exact -log p(completion | prompt) in nats: no model can do better.
struct EvaluationText {
    Canvas canvas;
    Index bytes = 0;
    // -log p(text | prompt) in nats, of a task; nobody knows that of a corpus
    std::optional<double> nats = std::nullopt;
};

class TextSource {
public:
    explicit TextSource(const Tokenizer& tokenizer) : tokenizer_(tokenizer) {}
    virtual ~TextSource() = default;
    // The texts of training step 0, 1, ...: an endless, fixed list of batches. All canvases of a
    // step have the same length.
    virtual std::vector<Canvas> training(Index step, Index batch) const = 0;
    // What a step asks to be edited, on canvases of that length: at most `count`; none of a corpus,
    // nor of long programs.
    virtual std::vector<AskedEdit> asked_edits(Index step, Index count) const = 0;
    // Texts 0 ... count - 1 of the held-out list.
    virtual std::vector<EvaluationText> held_out(Index count) const = 0;

    // Of the tokenizer that the texts are encoded with; it must outlive the source.
    const Tokenizer& tokenizer() const { return tokenizer_; }

private:
    const Tokenizer& tokenizer_;
};

// Training task `number` of a run's Lua tasks: the one that text `number` of its source was made
// of. Throws Error for a run with a corpus, which knows no tasks.
Task training_task(const RunConfig& config, Index number);

// Are there edit tasks of this world? Not of long programs.
bool has_asked_edits(const World& world);

// Training and held-out texts are of the world's family. Throws Error for a canvas below
// canvas_for(family).
std::unique_ptr<TextSource> lua_task_source(const World& world, const Tokenizer& tokenizer,
                                            Index canvas, RandomKey key);

// A folder's readable text files: the last tenth of each file is held out, the rest is trained on,
// in windows of `canvas` tokens at random places. All empty where there is no corpus.
struct CorpusTexts {
    std::vector<std::string> training, held_out;
    std::string digest;       // changes with any byte of the corpus
    Index skipped_files = 0;  // binary or unreadable
};

CorpusTexts read_corpus_texts(const std::filesystem::path& folder);  // throws Error if none is left

std::unique_ptr<TextSource> corpus_source(const CorpusTexts& texts, const Tokenizer& tokenizer,
                                          Index canvas, RandomKey key);

// The source of a run: the corpus if it has one, else Lua tasks.
std::unique_ptr<TextSource> make_source(const RunConfig& config, const CorpusTexts& texts,
                                        const Tokenizer& tokenizer);

// The same for a run that exists. Throws Error where its corpus has changed since it began.
std::unique_ptr<TextSource> open_source(const RunConfig& config, const Tokenizer& tokenizer);

// What the tokenizer of a world is learned from: training tasks, each with its prompt, the program
// that it changes, if any, and its completion; one in four is an edit, where the world has edits.
std::vector<std::string> tokenizer_texts(const World& world, RandomKey key);

// The tokenizer of a world: byte-level BPE learned from these texts.
Tokenizer train_task_tokenizer(int vocab_size, const World& world, RandomKey key);

// The tokens of a tokenizer as edit corruption sees them.
EditVocabulary edit_vocabulary(const Tokenizer& tokenizer);

// A task as a canvas: prompt and completion, or prompt and original. Throws Error if it does not
// fit.
Canvas task_canvas(const Task& task, const Tokenizer& tokenizer, Index canvas);
Canvas original_canvas(const Task& task, const Tokenizer& tokenizer, Index canvas);

}  // namespace seed
