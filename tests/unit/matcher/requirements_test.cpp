// SPDX-License-Identifier: Apache-2.0
#include "loaded_rules.hpp"

using namespace falco::matcher;
using testing::ElementsAre;
using testing::HasSubstr;
using testing::IsEmpty;

TEST(RequiredEngineVersion, is_a_number_or_a_version)
{
	for (const std::string version : {"7", "46", "0.46.0", "\"0.31.2\"", "0.0.0"}) {
		EXPECT_THAT(LoadedRules("- required_engine_version: " + version + "\n").errors, IsEmpty()) << version;
	}
	EXPECT_EQ(LoadedRules("- required_engine_version: 7\n- required_engine_version: 0.31.0\n"
			      "- required_engine_version: 0.8.0\n")
			  .files.required_engine_version,
		  "0.31.0");
}

TEST(RequiredEngineVersion, must_not_be_newer)
{
	EXPECT_THAT(
		LoadedRules("- required_engine_version: 47\n").errors,
		ElementsAre("1:28 engine-version these rules need version 0.47.0 of the rules language, and this falco "
			    "understands version 0.46.0"));
	for (const std::string version : {"0.46.1", "1.0.0"}) {
		EXPECT_THAT(LoadedRules("- required_engine_version: " + version + "\n").errors,
			    ElementsAre(HasSubstr("engine-version")));
	}
}

TEST(RequiredEngineVersion, is_refused_when_it_is_no_version)
{
	for (const std::string version : {"0.46", "x", "[1]", "", "-1", "0.46.0-rc1", "99999999999"}) {
		EXPECT_THAT(LoadedRules("- required_engine_version: " + version + "\n").errors,
			    ElementsAre(HasSubstr("bad-requirement")))
			<< version;
	}
}

TEST(RequiredPlugins, are_not_there)
{
	EXPECT_THAT(
		LoadedRules("- required_plugin_versions:\n  - {name: k8saudit, version: 0.7.0, alternatives: "
			    "[{name: k8saudit-eks, version: 0.4.0}]}\n  - {name: json, version: 0.7.0}\n")
			.errors,
		ElementsAre(HasSubstr("2:5 missing-plugin these rules need the plugin k8saudit 0.7.0 or k8saudit-eks "
				      "0.4.0, and this falco has no plugins"),
			    HasSubstr("3:5 missing-plugin these rules need the plugin json 0.7.0")));
}

TEST(RequiredPlugins, are_checked)
{
	const auto error = [](const std::string &plugins, size_t number = 0) {
		return LoadedRules("- required_plugin_versions: " + plugins + "\n").errors.at(number);
	};
	EXPECT_THAT(error("x"), HasSubstr("bad-requirement 'required_plugin_versions' must be a list"));
	EXPECT_THAT(error("[{name: x}]"), HasSubstr("{name: NAME, version: X.Y.Z}"));
	EXPECT_THAT(error("[{name: x, version: 1}]"), HasSubstr("'1' is no version"));
	EXPECT_THAT(error("[{name: x, version: 1.0.0, alternatives: y}]"), HasSubstr("'alternatives' must be a list"));
	EXPECT_THAT(error("[{name: x, version: 1.0.0, alternatives: [{name: x, version: 2.0.0}]}]", 1),
		    HasSubstr("the plugin 'x' stands twice"));
}
