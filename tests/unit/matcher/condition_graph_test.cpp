// SPDX-License-Identifier: Apache-2.0
#include "loaded_rules.hpp"

#include "plugins/matcher-sinsp/condition_graph.hpp"

using namespace falco::matcher;

namespace {

class Graph : public testing::Test {
protected:
	ConditionGraph::Node add(const std::string &condition)
	{
		LoadedRules loaded(rule_with(condition));
		EXPECT_THAT(loaded.errors, testing::IsEmpty());
		conditions_.push_back(std::move(loaded.rules.at(0).condition));
		return graph_.add(conditions_.back().get());
	}

	ConditionGraph::Node left(const std::string &condition, ppm_event_code code)
	{
		ConditionGraph::Memo memo;
		return graph_.without_type(add(condition), code, memo);
	}

	sinsp inspector_;
	std::vector<std::unique_ptr<ast::expr>> conditions_; // outlive the graph
	ConditionGraph graph_{&inspector_};
};

} // namespace

TEST_F(Graph, equal_parts_are_one_node)
{
	EXPECT_EQ(add("proc.name = cat"), add("proc.name = cat"));
	EXPECT_EQ(add("proc.name = cat"), add("not not proc.name = cat"));
	EXPECT_EQ(add("proc.name = cat and (fd.name = a and proc.name = cat)"), add("proc.name = cat and fd.name = a"));
}

TEST_F(Graph, parts_in_another_order_are_one_node)
{
	EXPECT_EQ(add("proc.name = cat and fd.name = a"), add("fd.name = a and proc.name = cat"));
	EXPECT_EQ(add("proc.name = cat or (fd.name = a and evt.dir = <)"),
		  add("(evt.dir = < and fd.name = a) or proc.name = cat"));
	const auto written = graph_.conjuncts(add("user.name = x and proc.name = y"));
	EXPECT_EQ(graph_.conjuncts(add("proc.name = y and user.name = x")), written)
		<< "they are asked as first written";
}

TEST_F(Graph, a_condition_that_counts_how_often_it_is_asked_is_a_node_of_its_own)
{
	for (const std::string condition : {"util.cnt > 5", "proc.name = cat and not util.cnt > 5",
					    "tolower(proc.name) = cat or evt.num > val(util.cnt)"}) {
		const auto node = add(condition);
		EXPECT_EQ(graph_.kind(node), ConditionGraph::Kind::check);
		EXPECT_NE(add(condition), node);
	}
	EXPECT_NE(left("evt.type = setns and util.cnt > 5", PPME_SYSCALL_CHROOT_X), ConditionGraph::kNever);
}

TEST_F(Graph, checks_that_differ_are_told_apart)
{
	EXPECT_NE(add("proc.name = cat"), add("proc.pname = cat"));
	EXPECT_NE(add("proc.name = cat"), add("proc.name != cat"));
	EXPECT_NE(add("proc.name in (a, b)"), add("proc.name in ('a, b')"));
	EXPECT_NE(add("proc.name in (ab)"), add("proc.name in (a, b)"));
	EXPECT_NE(add("proc.name = cat and fd.name = a"), add("proc.name = cat or fd.name = a"));
}

TEST_F(Graph, the_type_of_event_leaves_the_rest)
{
	EXPECT_EQ(left("evt.type = setns and evt.dir = < and proc.name = cat", PPME_SYSCALL_SETNS_X),
		  add("proc.name = cat"));
	EXPECT_EQ(left("(evt.type = setns and proc.name = cat) or (evt.type = chroot and proc.name = sh)",
		       PPME_SYSCALL_CHROOT_X),
		  add("proc.name = sh"));
	EXPECT_EQ(left("evt.type = setns", PPME_SYSCALL_SETNS_E), ConditionGraph::kAlways);
	EXPECT_EQ(left("evt.type = setns and proc.name = cat", PPME_SYSCALL_CHROOT_X), ConditionGraph::kNever);
	EXPECT_EQ(left("not evt.type = setns and proc.name = cat", PPME_SYSCALL_CHROOT_X), add("proc.name = cat"));
}

TEST_F(Graph, a_system_call_without_a_type_of_its_own_is_looked_at_in_the_event)
{
	EXPECT_EQ(left("evt.type = sysinfo and evt.dir = <", PPME_GENERIC_X), add("evt.type = sysinfo"));
}
