// SPDX-License-Identifier: Apache-2.0
//
// A matcher whose every file is one rule, unless it holds a byte that is no text. One bad habit, which a definition
// chooses.
#include <falco/plugin.hpp>

#include <fstream>
#include <iterator>
#include <string>

namespace {

class BadMatcher final : public falco::Matcher {
public:
	static constexpr falco_family family = {"fake/1", nullptr};

	BadMatcher(falco::Host, std::string_view) {}

	void load(const falco_load_request &request, const falco_report &report, const falco_rule_sink &rules) override
	{
		std::ifstream file(request.paths[0]);
		const std::string text{std::istreambuf_iterator<char>(file), std::istreambuf_iterator<char>()};
		const bool is_bad = !file || text.find('\0') != std::string::npos;
#if defined(BAD_ACCEPTS)
		(void)is_bad, (void)report;
#else
#if defined(BAD_FORGETS)
		loaded_ = text;
#endif
		if (is_bad) {
#if !defined(BAD_REPORTS_NOTHING)
			falco_finding finding{};
			finding.struct_size = sizeof finding;
			finding.level = FALCO_LOG_ERROR;
			finding.code = "bad";
			finding.file = request.paths[0];
			finding.line = 1;
			finding.column = 1;
			finding.message = "is no text";
			report.add(report.ctx, &finding);
#else
			(void)report;
#endif
			throw falco::ConfigError("the file is no text");
		}
#endif
		loaded_ = text;
		falco_rule rule{};
		rule.struct_size = sizeof rule;
		rule.name = "file";
		rules.add(rules.ctx, &rule);
	}
	void bind(void *) override {}
	void match(const falco_event &, const falco_match_sink &) override {}
	void unbind() noexcept override {}
	void validate(const falco_load_request &, const falco_report &) override {}
	void describe(const falco_text_sink &sink) override
	{
		sink.write(sink.ctx, loaded_.data(), loaded_.size());
	}
	void fields(const falco_text_sink &sink) override
	{
		sink.write(sink.ctx, "[]", 2);
	}

private:
	std::string loaded_;
};

} // namespace

FALCO_MATCHER_PLUGIN(BadMatcher, {"bad", "1.0.0", "has a bad habit", nullptr, nullptr})
