#include "app/trajectory_page.h"

#include <fmt/format.h>

#include <nlohmann/json.hpp>
#include <string_view>

#include "app/trajectory_page_parts.h"
#include "core/text.h"

namespace seed {
namespace {

using Json = nlohmann::ordered_json;

// ASCII alone, and none of the signs that mean something to HTML: they stand in strings only.
std::string script_json(const Json& view) {
    std::string safe;
    for (const char c : view.dump(-1, ' ', true, Json::error_handler_t::replace)) {
        if (c == '<' || c == '>' || c == '&') {
            safe += fmt::format("\\u{:04x}", int(c));
        } else {
            safe += c;
        }
    }
    return safe;
}

// A text between tags, or in quotes, of an HTML file in UTF-8; line ends stay.
std::string html_text(std::string_view text) {
    std::string html;
    while (!text.empty()) {
        const CodePoint c = first_code_point(text);
        const std::string_view sign = text.substr(0, c.bytes);
        if (c.value == '<' || c.value == '>' || c.value == '&' || c.value == '"') {
            html += fmt::format("&#{};", int(c.value));
        } else {
            html += sign == "\n" ? std::string(sign) : one_line(sign);
        }
        text.remove_prefix(c.bytes);
    }
    return html;
}

}  // namespace

std::string trajectory_page(const Json& view) {
    const std::string prompt = view.at("prompt"), program = view.at("completion");
    std::string line = one_line(prompt.empty() ? std::string(view.at("origin")) : prompt);
    while (line.ends_with(' ')) line.pop_back();
    const std::string title = html_text(line);
    std::string page(page_head);
    page += fmt::format("<title>{}</title>\n<style>{}</style>\n</head>\n<body>\n<h1>{}</h1>\n",
                        title, page_style, title);
    page += page_body;
    // What is seen where scripts are off
    page += fmt::format("<pre id=\"canvas\">{}</pre>\n", html_text(prompt + program));
    page += fmt::format("<script type=\"application/json\" id=\"view\">{}</script>\n",
                        script_json(view));
    page += fmt::format("<script>{}</script>\n</body>\n</html>\n", page_script);
    return page;
}

}  // namespace seed
