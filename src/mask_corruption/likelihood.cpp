#include "mask_corruption/likelihood.h"

namespace seed {

MaskableText MaskableText::behind_prompt(const Canvas& canvas) {
    MaskableText text{canvas.ids, {}};
    for (Index i = canvas.prompt_length; i < Index(canvas.ids.size()); ++i) {
        text.positions.push_back(i);
    }
    return text;
}

}  // namespace seed
