// {"options": {...}, "rows": [...]}: a report that grows row by row over hours. Whoever is killed
// goes on where the file ends; whoever comes with other options is sent away.
#pragma once

#include <filesystem>
#include <nlohmann/json.hpp>
#include <string>
#include <vector>

namespace seed {

struct ReportKind {
    std::string what;                 // as errors call it: "the report of a tour"
    std::string option;               // by which another one is chosen: "--out"
    std::vector<std::string> fields;  // that every row has
};

class ReportFile {
public:
    using Json = nlohmann::ordered_json;

    // The report that is there, or a new one, which is written with its first row. Throws Error
    // where the file cannot be written, where it is no report of this kind, and where its options
    // are others.
    ReportFile(std::filesystem::path file, const ReportKind& kind, const Json& options);

    const Json& rows() const { return report_.at("rows"); }
    // The row that has all members of `keys`; nullptr: not done yet.
    const Json* find(const Json& keys) const;
    void add(Json row);  // and writes the file, at once or not at all

private:
    std::filesystem::path file_;
    Json report_;
};

}  // namespace seed
