// A table for the terminal: columns aligned by what the reader sees, not by bytes.
#pragma once

#include <string>
#include <vector>

namespace seed {

using TableRow = std::vector<std::string>;

// The table as lines, each with its line end: headers, a rule, rows. A column is set to the right
// if it holds numbers ("1.5", "-3e-4", "7,000", "91 %", "1:05") and nothing else but empty cells
// and dashes; else to the left. Throws Error if a row has more or fewer cells than the headers.
//
//     stage         pass@1  tokens/s
//     ------------------------------
//     diffusion       0.91     1,200
//     baseline           -       950
std::string format_table(const TableRow& headers, const std::vector<TableRow>& rows);

}  // namespace seed
