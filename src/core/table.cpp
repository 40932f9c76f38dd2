#include "core/table.h"

#include <algorithm>
#include <numeric>
#include <string_view>

#include "core/require.h"
#include "core/text.h"

namespace seed {
namespace {

constexpr std::size_t gap = 2;  // columns of the terminal between two of the table

bool is_placeholder(std::string_view cell) { return cell.empty() || cell == "-" || cell == "—"; }

bool is_number(std::string_view cell) {
    if (cell == "nan" || cell == "inf" || cell == "-inf") return true;
    const bool has_digit = cell.find_first_of("0123456789") != cell.npos;
    return has_digit && cell.find_first_not_of("0123456789+-.,:eE %") == cell.npos;
}

struct Column {
    std::size_t width;
    bool is_numeric;
};

Column column_of(std::size_t index, const TableRow& headers, const std::vector<TableRow>& rows) {
    Column column{display_width(headers[index]), false};
    bool has_text = false;
    for (const TableRow& row : rows) {
        const std::string& cell = row[index];
        column.width = std::max(column.width, display_width(cell));
        column.is_numeric |= is_number(cell);
        has_text |= !is_number(cell) && !is_placeholder(cell);
    }
    column.is_numeric &= !has_text;
    return column;
}

std::string format_row(const TableRow& row, const std::vector<Column>& columns) {
    std::string line;
    for (std::size_t i = 0; i < row.size(); ++i) {
        const std::string padding(columns[i].width - display_width(row[i]), ' ');
        if (i > 0) line.append(gap, ' ');
        line += columns[i].is_numeric ? padding + row[i] : row[i] + padding;
    }
    line.erase(line.find_last_not_of(' ') + 1);
    return line + "\n";
}

// Line ends and escape codes would break the alignment.
TableRow printable(const TableRow& row) {
    TableRow cells;
    for (const std::string& cell : row) cells.push_back(one_line(cell));
    return cells;
}

}  // namespace

std::string format_table(const TableRow& headers, const std::vector<TableRow>& rows) {
    const TableRow header_cells = printable(headers);
    std::vector<TableRow> cells;
    for (const TableRow& row : rows) {
        require(row.size() == headers.size(), "expected {} cells in a row of the table, got {}",
                headers.size(), row.size());
        cells.push_back(printable(row));
    }

    // Measure the columns
    std::vector<Column> columns;
    std::size_t total = 0;
    for (std::size_t i = 0; i < headers.size(); ++i) {
        columns.push_back(column_of(i, header_cells, cells));
        total += columns.back().width + (i > 0 ? gap : 0);
    }

    std::string table = format_row(header_cells, columns) + std::string(total, '-') + "\n";
    for (const TableRow& row : cells) table += format_row(row, columns);
    return table;
}

}  // namespace seed
