// A trajectory as a page for the browser: the canvas, with a slider over the steps.
#pragma once

#include <nlohmann/json_fwd.hpp>
#include <string>

namespace seed {

// One HTML file that needs no other and no network; `view` is what trajectory_view.h writes as JSON
// and stands in it, word for word. Nothing in a token can end the script or become a tag.
std::string trajectory_page(const nlohmann::ordered_json& view);

}  // namespace seed
