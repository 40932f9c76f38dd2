#include "app/decoding_page.h"

namespace seed {

using Json = nlohmann::ordered_json;

DecodingPage::DecodingPage(const Tokenizer& tokenizer, std::string origin, Index prompt_length)
    : tokenizer_(tokenizer), origin_(std::move(origin)), prompt_length_(prompt_length) {}

void DecodingPage::write(Index position, const Written& token) {
    std::vector<Written>& tokens = written_[std::size_t(position)];
    if (token.id == tokenizer_.mask_id()) return;
    if (tokens.empty() || tokens.back().id != token.id) tokens.push_back(token);
}

void DecodingPage::see(const RefiningState& state) {
    const DenoisingState& text = state.text;
    const Index positions = Index(text.ids.size());
    written_.resize(text.ids.size());
    steps_ = text.calls;
    for (Index i = 0; i < positions; ++i) {
        const bool is_given = i < prompt_length_ || text.calls == 0;
        write(i, is_given ? Written{text.ids[i], 0, 1}
                          : Written{text.ids[i], text.calls, text.probability[i]});
    }
}

Json DecodingPage::view() const {
    Json tokens = Json::array(), step = Json::array(), confidence = Json::array(),
         rewrites = Json::array();
    std::vector<std::int32_t> last;
    for (std::size_t i = 0; i < written_.size(); ++i) {
        std::vector<Written> all = written_[i];
        if (all.empty()) all.push_back({tokenizer_.mask_id(), steps_ + 1, 0});  // never came
        tokens.push_back(tokenizer_.token_text(all[0].id));
        step.push_back(all[0].step);
        confidence.push_back(all[0].confidence);
        last.push_back(all.back().id);
        for (std::size_t k = 1; k < all.size(); ++k) {
            rewrites.push_back({{"position", i},
                                {"step", all[k].step},
                                {"token", tokenizer_.token_text(all[k].id)},
                                {"confidence", all[k].confidence}});
        }
    }
    const std::span<const std::int32_t> ids(last);
    const std::string program =
        tokenizer_.decode(completion_of(ids, prompt_length_, tokenizer_.eos_id()));
    return {{"origin", origin_},
            {"prompt", tokenizer_.decode(ids.first(std::size_t(prompt_length_)))},
            {"completion", program},
            {"verdict", nullptr},
            {"passed", nullptr},
            {"steps", steps_},
            {"nats_per_token", nullptr},
            {"eos", tokenizer_.token_text(tokenizer_.eos_id())},
            {"tokens", tokens},
            {"step", step},
            {"confidence", confidence},
            {"rewrites", rewrites}};
}

}  // namespace seed
