#include "mask_corruption/masked_states.h"

namespace seed {

void check_texts(const std::vector<MaskableText>& texts) {
    require(!texts.empty(), "likelihood: expected at least one text, got none");
    for (const MaskableText& text : texts) {
        require(text.ids.size() == texts[0].ids.size(),
                "likelihood: expected texts of {} tokens, got {}", texts[0].ids.size(),
                text.ids.size());
        require(!text.positions.empty(), "likelihood: expected maskable positions, got none");
    }
}

}  // namespace seed
