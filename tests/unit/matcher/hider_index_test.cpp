// SPDX-License-Identifier: Apache-2.0
#include "plugins/matcher-sinsp/hider_index.hpp"

#include "plugins/matcher-sinsp/implication.hpp"

#include <libsinsp/filter/parser.h>

#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include <memory>
#include <random>
#include <string>
#include <vector>

using namespace falco::matcher;
using testing::ElementsAre;
using testing::IsEmpty;

namespace {

std::unique_ptr<ast::expr> parsed(const std::string &condition)
{
	return libsinsp::filter::parser(condition).parse();
}

std::vector<uint32_t> found(const std::vector<std::string> &kept, const std::string &condition)
{
	HiderIndex index;
	std::vector<std::unique_ptr<ast::expr>> trees;
	for (const auto &text : kept) {
		trees.push_back(parsed(text));
		index.count(trees.back().get());
	}
	for (uint32_t number = 0; number < trees.size(); number++) {
		index.add(number, trees[number].get());
	}
	return index.find(parsed(condition).get());
}

// Conditions of few fields and values, so that many imply others.
class Conditions {
public:
	std::string make(int depth = 0)
	{
		const int kind = below(10);
		if (depth < 3 && kind < 3) {
			return "(" + make(depth + 1) + " and " + make(depth + 1) + ")";
		}
		if (depth < 3 && kind < 5) {
			return "(" + make(depth + 1) + " or " + make(depth + 1) + ")";
		}
		return (kind == 5 ? "not " : "") + check();
	}

private:
	int below(int limit) { return static_cast<int>(random_() % static_cast<unsigned>(limit)); }

	std::string value()
	{
		static const std::vector<std::string> values = {"/etc", "/etc/", "/etc/passwd", "passwd", "wd",
								"bash", "ba",    "sh",          "a",      ""};
		return "'" + values[random_() % values.size()] + "'";
	}

	std::string number() { return std::to_string(below(4)); }

	std::string check_of_number()
	{
		static const std::vector<std::string> operators = {"=", "!=", "<", "<=", ">", ">="};
		const std::string field = below(2) ? "fd.lport" : "evt.rawres";
		return below(4) == 0 ? field + " in (" + number() + ", " + number() + ")"
				     : field + " " + operators[random_() % operators.size()] + " " + number();
	}

	std::string check()
	{
		if (below(3) == 0) {
			return check_of_number();
		}
		static const std::vector<std::string> fields = {"proc.name", "fd.name", "proc.aname[2]", "fd.sport"};
		static const std::vector<std::string> operators = {"=",        "!=",        "startswith", "endswith",
								   "contains", "icontains", "glob"};
		const std::string field = fields[random_() % fields.size()];
		const int kind = below(10);
		if (kind == 0) {
			return field + " exists";
		}
		if (kind == 1) {
			return field + " in ()";
		}
		if (kind < 4) {
			return field + " in (" + value() + ", " + value() + ")";
		}
		return field + " " + operators[random_() % operators.size()] + " " + value();
	}

	std::mt19937 random_{1};
};

} // namespace

TEST(HiderIndex, finds_every_condition_that_another_implies)
{
	Conditions conditions;
	std::vector<std::unique_ptr<ast::expr>> trees;
	HiderIndex index;
	for (int i = 0; i < 300; i++) {
		trees.push_back(parsed(conditions.make()));
		index.count(trees.back().get());
	}
	for (uint32_t number = 0; number < trees.size(); number++) {
		index.add(number, trees[number].get());
	}
	size_t implied = 0;
	for (const auto &tree : trees) {
		const auto candidates = index.find(tree.get());
		for (uint32_t number = 0; number < trees.size(); number++) {
			if (Prover(100000).implies(tree.get(), trees[number].get())) {
				implied++;
				EXPECT_THAT(candidates, testing::Contains(number))
					<< ast::as_string(tree.get()) << " implies "
					<< ast::as_string(trees[number].get());
			}
		}
	}
	EXPECT_GT(implied, 2 * trees.size());
}

TEST(HiderIndex, leaves_out_what_shares_common_parts_only)
{
	const std::vector<std::string> kept = {"evt.type = open and fd.name startswith /etc/a",
					       "evt.type = open and fd.name contains passwd",
					       "evt.type = open and proc.name in (cat, dog)",
					       "evt.type = open and fd.name endswith .conf and not proc.name = cow"};
	EXPECT_THAT(found(kept, "evt.type = open and fd.name = /usr/b"), IsEmpty());
	EXPECT_THAT(found(kept, "evt.type = open and fd.name = /etc/apt"), ElementsAre(0));
	EXPECT_THAT(found(kept, "evt.type = open and fd.name startswith /x/passwd"), ElementsAre(1));
	EXPECT_THAT(found(kept, "evt.type = open and proc.name = dog"), ElementsAre(2));
	EXPECT_THAT(found(kept, "evt.type = open and fd.name endswith /a.conf"), ElementsAre(3));
}
