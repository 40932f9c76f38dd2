#include "runs/text_source.h"

#include "core/parallel.h"
#include "tokenizer/bpe_trainer.h"
#include "tokenizer/corpus.h"

namespace seed {

EditVocabulary edit_vocabulary(const Tokenizer& tokenizer) {
    return {tokenizer.vocab_size(), tokenizer.mask_id(), tokenizer.eos_id(), tokenizer.pad_id()};
}

Canvas task_canvas(const Task& task, const Tokenizer& tokenizer, Index canvas) {
    return make_canvas(tokenizer.encode(task.prompt), tokenizer.encode(task.completion), canvas,
                       tokenizer.eos_id());
}

Canvas original_canvas(const Task& task, const Tokenizer& tokenizer, Index canvas) {
    return make_canvas(tokenizer.encode(task.prompt), tokenizer.encode(task.original), canvas,
                       tokenizer.eos_id());
}

std::vector<std::string> tokenizer_texts(const World& world, RandomKey key) {
    std::vector<std::string> texts(4000);
    parallel_for(Index(texts.size()), [&](Index i) {
        const bool is_edit = has_asked_edits(world) && i % 4 == 3;
        const Task task = generate_task(is_edit ? TaskFamily::edit : world.family, world.choices,
                                        Split::train, key.fork("tokenizer"), std::uint64_t(i));
        texts[i] = task.prompt + task.original + task.completion;
    });
    return texts;
}

Tokenizer train_task_tokenizer(int vocab_size, const World& world, RandomKey key) {
    return train_bpe(tokenizer_texts(world, key), {.vocab_size = vocab_size});
}

bool has_asked_edits(const World& world) { return world.family == TaskFamily::generation; }

namespace {

class LuaTaskSource : public TextSource {
public:
    LuaTaskSource(const World& world, const Tokenizer& tokenizer, Index canvas, RandomKey key)
        : TextSource(tokenizer), world_(world), canvas_(canvas), key_(key) {
        require(canvas >= canvas_for(world.family),
                "--canvas: expected at least {} tokens for programs of the family {}, got {}",
                canvas_for(world.family), family_name(world.family), canvas);
    }

    std::vector<Canvas> training(Index step, Index batch) const override {
        std::vector<Canvas> canvases(batch);
        parallel_for(batch, [&](Index i) {
            const Task task = task_of(world_.family, step * batch + i);
            canvases[i] = task_canvas(task, tokenizer(), canvas_);
        });
        return canvases;
    }

    std::vector<AskedEdit> asked_edits(Index step, Index count) const override {
        if (!has_asked_edits(world_)) return {};
        std::vector<AskedEdit> edits(count);
        parallel_for(count, [&](Index i) {
            const Task task = task_of(TaskFamily::edit, step * count + i);
            edits[i] = {task_canvas(task, tokenizer(), canvas_),
                        original_canvas(task, tokenizer(), canvas_).ids};
        });
        return edits;
    }

    std::vector<EvaluationText> held_out(Index count) const override {
        std::vector<EvaluationText> texts(count);
        parallel_for(count, [&](Index i) {
            const Task task = generate_task(world_.family, world_.choices, Split::held_out,
                                            key_.fork("tasks"), std::uint64_t(i));
            texts[i] = {task_canvas(task, tokenizer(), canvas_), Index(task.completion.size()),
                        task.completion_nats};
        });
        return texts;
    }

private:
    Task task_of(TaskFamily family, Index i) const {
        return generate_task(family, world_.choices, Split::train, key_.fork("tasks"),
                             std::uint64_t(i));
    }

    World world_;
    Index canvas_;
    RandomKey key_;
};

class CorpusSource : public TextSource {
public:
    CorpusSource(const CorpusTexts& texts, const Tokenizer& tokenizer, Index canvas, RandomKey key)
        : TextSource(tokenizer),
          canvas_(canvas),
          key_(key),
          training_(encode_all(texts.training)),
          held_out_(encode_all(texts.held_out)) {
        require(Index(training_.size()) >= canvas && Index(held_out_.size()) >= canvas,
                "corpus: expected at least {} tokens to train on and to hold out, got {} and {}",
                canvas, training_.size(), held_out_.size());
    }

    std::vector<Canvas> training(Index step, Index batch) const override {
        std::vector<Canvas> canvases;
        for (Index i = step * batch; i < (step + 1) * batch; ++i) {
            canvases.push_back(window(training_, key_.fork("training windows"), i));
        }
        return canvases;
    }

    std::vector<AskedEdit> asked_edits(Index, Index) const override { return {}; }

    std::vector<EvaluationText> held_out(Index count) const override {
        std::vector<EvaluationText> texts;
        for (Index i = 0; i < count; ++i) {
            EvaluationText text{window(held_out_, key_.fork("held-out windows"), i), 0, {}};
            text.bytes = Index(tokenizer().decode(text.canvas.ids).size());
            texts.push_back(std::move(text));
        }
        return texts;
    }

private:
    std::vector<std::int32_t> encode_all(const std::vector<std::string>& texts) const {
        std::vector<std::vector<std::int32_t>> parts(texts.size());
        parallel_for(Index(texts.size()),
                     [&](Index i) { parts[i] = tokenizer().encode(texts[i]); });
        std::vector<std::int32_t> ids;
        for (const auto& part : parts) {
            ids.insert(ids.end(), part.begin(), part.end());
            ids.push_back(tokenizer().eos_id());
        }
        return ids;
    }

    Canvas window(const std::vector<std::int32_t>& ids, RandomKey key, Index i) const {
        const Index places = Index(ids.size()) - canvas_ + 1;
        const Index begin = Index(uniform_double(key, std::uint64_t(i), 0) * double(places));
        return {{ids.begin() + begin, ids.begin() + begin + canvas_}, 0, canvas_};
    }

    Index canvas_;
    RandomKey key_;
    std::vector<std::int32_t> training_, held_out_;
};

}  // namespace

CorpusTexts read_corpus_texts(const std::filesystem::path& folder) {
    const Corpus corpus = read_corpus(folder);
    CorpusTexts result;
    result.skipped_files = corpus.skipped_binary + corpus.skipped_unreadable;
    RandomKey digest{0};
    for (const std::string& text : corpus.texts) {
        digest = digest.fork(std::string_view(text));
        // Cut at the last line end before nine tenths, or there if the file has a single line
        std::size_t cut = text.rfind('\n', text.size() * 9 / 10);
        cut = cut == std::string::npos ? text.size() * 9 / 10 : cut + 1;
        result.training.push_back(text.substr(0, cut));
        result.held_out.push_back(text.substr(cut));
    }
    result.digest = fmt::format("{:016x}", digest.value);
    return result;
}

Task training_task(const RunConfig& config, Index number) {
    require(config.corpus.empty(), "expected a run on Lua tasks, got one on a corpus");
    return generate_task(config.world.family, config.world.choices, Split::train,
                         RandomKey{config.seed}.fork("data").fork("tasks"), std::uint64_t(number));
}

std::unique_ptr<TextSource> lua_task_source(const World& world, const Tokenizer& tokenizer,
                                            Index canvas, RandomKey key) {
    return std::make_unique<LuaTaskSource>(world, tokenizer, canvas, key);
}

std::unique_ptr<TextSource> corpus_source(const CorpusTexts& texts, const Tokenizer& tokenizer,
                                          Index canvas, RandomKey key) {
    return std::make_unique<CorpusSource>(texts, tokenizer, canvas, key);
}

std::unique_ptr<TextSource> make_source(const RunConfig& config, const CorpusTexts& texts,
                                        const Tokenizer& tokenizer) {
    const RandomKey key = RandomKey{config.seed}.fork("data");
    if (config.corpus.empty()) {
        return lua_task_source(config.world, tokenizer, config.canvas, key);
    }
    return corpus_source(texts, tokenizer, config.canvas, key);
}

std::unique_ptr<TextSource> open_source(const RunConfig& config, const Tokenizer& tokenizer) {
    if (config.corpus.empty()) return make_source(config, {}, tokenizer);
    require(std::filesystem::is_directory(config.corpus),
            "{}: expected the corpus of the run, found no folder; where it is now: seed {} "
            "--resume RUN --corpus FOLDER",
            config.corpus, config.distillation ? "distill" : "train");
    const CorpusTexts texts = read_corpus_texts(config.corpus);
    require(texts.digest == config.corpus_digest,
            "{}: expected the corpus that the run began with, got one that has changed",
            config.corpus);
    return make_source(config, texts, tokenizer);
}

}  // namespace seed
