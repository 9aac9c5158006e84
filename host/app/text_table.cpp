// SPDX-License-Identifier: Apache-2.0
#include "host/app/text_table.hpp"

#include <algorithm>

namespace falco::host {

std::string text_table(const std::vector<std::vector<std::string>> &rows)
{
	std::vector<size_t> widths;
	for (const auto &row : rows)
		for (size_t i = 0; i < row.size(); ++i) {
			if (i == widths.size()) widths.push_back(0);
			widths[i] = std::max(widths[i], row[i].size());
		}
	std::string text;
	for (const auto &row : rows) {
		std::string line;
		for (size_t i = 0; i < row.size(); ++i) {
			std::string cell = row[i];
			for (char &c : cell)
				if (static_cast<unsigned char>(c) < ' ' || c == 0x7f) c = '?';
			line += cell;
			if (i + 1 < row.size()) line.append(widths[i] - cell.size() + 2, ' ');
		}
		line.erase(line.find_last_not_of(' ') + 1);
		text += line + "\n";
	}
	return text;
}

} // namespace falco::host
