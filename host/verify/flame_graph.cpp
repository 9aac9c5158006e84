// SPDX-License-Identifier: Apache-2.0
#include "host/verify/flame_graph.hpp"

#include "host/verify/markup.hpp"

#include <algorithm>
#include <cstdint>
#include <cstdio>
#include <functional>
#include <vector>

namespace falco::host {

using nlohmann::json;

namespace {

// In pixels.
constexpr double kWidth = 1200, kMargin = 10, kHeight = 18, kTop = 34;
constexpr double kLetter = 6.7;   // of the font, 11 high
constexpr double kThinnest = 0.2; // what is thinner cannot be seen
constexpr size_t kFewLetters = 3; // fewer tell nothing

struct Frame {
	std::string name;
	uint64_t time_ns = 0; // parts included
	std::vector<Frame> parts;

	Frame &part(const std::string &called)
	{
		const auto known = std::find_if(parts.begin(), parts.end(),
						[&](const Frame &frame) { return frame.name == called; });
		if (known != parts.end()) {
			return *known;
		}
		parts.push_back({called, 0, {}});
		return parts.back();
	}
};

Frame tree_of(const json &rules)
{
	Frame all{"all rules", 0, {}};
	for (const json &rule : rules) {
		for (const json &stack : rule.value("times", json::array())) {
			const uint64_t time = stack.value("time_ns", uint64_t{0});
			Frame *frame = &all.part(rule.value("name", ""));
			all.time_ns += time;
			frame->time_ns += time;
			for (const json &step : stack.at("path")) {
				frame = &frame->part(step.get<std::string>());
				frame->time_ns += time;
			}
		}
	}
	return all;
}

// The dearest first.
void sort(Frame &frame)
{
	std::stable_sort(frame.parts.begin(), frame.parts.end(),
			 [](const Frame &a, const Frame &b) { return a.time_ns > b.time_ns; });
	std::for_each(frame.parts.begin(), frame.parts.end(), sort);
}

size_t depth_of(const Frame &frame)
{
	size_t deepest = 0;
	for (const Frame &part : frame.parts) {
		deepest = std::max(deepest, depth_of(part));
	}
	return deepest + 1;
}

// Text in XML 1.0: no control characters, and nothing that is not UTF-8.
std::string escaped(const std::string &text)
{
	const std::string utf8 = json(text).dump(-1, ' ', false, json::error_handler_t::replace);
	const std::string valid = json::parse(utf8).get<std::string>();
	std::string out = escape_markup(valid);
	std::replace_if(
		out.begin(), out.end(), [](unsigned char c) { return c < ' ' || c == 0x7f; }, ' ');
	return out;
}

// What fits into a box; nothing when that would not tell much.
std::string fitting(const std::string &name, double width)
{
	const auto letters = static_cast<size_t>(std::max(0.0, (width - 6) / kLetter));
	if (letters < kFewLetters) {
		return "";
	}
	if (name.size() <= letters) {
		return name;
	}
	size_t end = letters - 2;
	while (end > 0 && (static_cast<unsigned char>(name[end]) & 0xc0) == 0x80) {
		end--; // not within a character
	}
	return name.substr(0, end) + "..";
}

std::string print(const char *format, double a, double b, double c)
{
	char text[128];
	std::snprintf(text, sizeof text, format, a, b, c);
	return text;
}

// Rules, macros and checks have colours of their own, in shades by name.
std::string colour_of(const Frame &frame, size_t level)
{
	const auto shade = static_cast<int>(std::hash<std::string>()(frame.name) % 24);
	const bool is_check = frame.parts.empty();
	char text[16];
	if (level == 0) {
		std::snprintf(text, sizeof text, "#b8c4d0");
	} else if (level == 1) {
		std::snprintf(text, sizeof text, "#f0%02x5a", 150 + shade);
	} else {
		std::snprintf(text, sizeof text, is_check ? "#ec%02x6e" : "#f2%02x6e", (is_check ? 100 : 200) + shade);
	}
	return text;
}

class Drawing {
public:
	explicit Drawing(const Frame &all) : all_(all), levels_(depth_of(all)) {}

	std::string svg()
	{
		const double height = kTop + static_cast<double>(levels_) * kHeight + kMargin;
		out_ = "<?xml version=\"1.0\" encoding=\"UTF-8\"?>\n<svg xmlns=\"http://www.w3.org/2000/svg\" " +
		       print("width=\"%.0f\" height=\"%.0f\" viewBox=\"0 0 ", kWidth, height, 0) +
		       print("%.0f %.0f\" font-family=\"monospace\" font-size=\"11\">\n", kWidth, height, 0) +
		       "<rect width=\"100%\" height=\"100%\" fill=\"#fff\"/>\n"
		       "<text x=\"10\" y=\"22\" font-size=\"14\">" +
		       (all_.time_ns == 0 ? std::string("No time was measured")
					  : "What rules cost: rule, macros, check; point at a box for its time") +
		       "</text>\n";
		if (all_.time_ns > 0) {
			draw(all_, 0, kMargin);
		}
		return out_ + "</svg>\n";
	}

private:
	double width_of(const Frame &frame) const
	{
		return (kWidth - 2 * kMargin) * static_cast<double>(frame.time_ns) / static_cast<double>(all_.time_ns);
	}

	void draw(const Frame &frame, size_t level, double left)
	{
		const double width = width_of(frame);
		if (width < kThinnest) {
			return;
		}
		const double top = kTop + static_cast<double>(levels_ - 1 - level) * kHeight;
		const double share = 100 * static_cast<double>(frame.time_ns) / static_cast<double>(all_.time_ns);
		out_ += "<g><title>" + escaped(frame.name) +
			print(": %.3f ms, %.1f %%</title>", static_cast<double>(frame.time_ns) / 1e6, share, 0) +
			print("<rect x=\"%.2f\" y=\"%.1f\" width=\"%.2f\"", left, top, width) +
			print(" height=\"%.0f\" rx=\"1\" stroke=\"#fff\" stroke-width=\"0.5\" fill=\"", kHeight - 1, 0,
			      0) +
			colour_of(frame, level) + "\"/>";
		if (const std::string text = fitting(frame.name, width); !text.empty()) {
			out_ += print("<text x=\"%.2f\" y=\"%.1f\">", left + 3, top + 12.5, 0) + escaped(text) +
				"</text>";
		}
		out_ += "</g>\n";
		for (const Frame &part : frame.parts) {
			draw(part, level + 1, left);
			left += width_of(part);
		}
	}

	const Frame &all_;
	size_t levels_;
	std::string out_;
};

} // namespace

std::string folded_stacks(const json &rules)
{
	const auto frame = [](std::string text) {
		std::replace(text.begin(), text.end(), ';', ',');
		std::replace(text.begin(), text.end(), '\n', ' ');
		return text;
	};
	std::string out;
	for (const json &rule : rules) {
		for (const json &stack : rule.value("times", json::array())) {
			out += frame(rule.value("name", ""));
			for (const json &step : stack.at("path")) {
				out += ";" + frame(step.get<std::string>());
			}
			out += " " + std::to_string(stack.value("time_ns", uint64_t{0})) + "\n";
		}
	}
	return out;
}

std::string flame_graph(const json &rules)
{
	Frame all = tree_of(rules);
	sort(all);
	return Drawing(all).svg();
}

} // namespace falco::host
