// SPDX-License-Identifier: Apache-2.0
//
// What loading rules costs at least: yaml-cpp reads the file, libsinsp's parser and compiler take the condition of each
// rule, with macros and lists in place. Nothing is checked beyond that, and nobody learns where anything stands. Prints
// how many rules there were; the caller measures the process.
#include <libsinsp/filter.h>
#include <libsinsp/filter/parser.h>
#include <libsinsp/sinsp.h>
#include <yaml-cpp/yaml.h>

#include <cstdio>
#include <exception>
#include <map>
#include <memory>
#include <string>
#include <vector>

namespace {

namespace ast = libsinsp::filter::ast;

class Loader {
public:
	Loader() : factory_(std::make_shared<sinsp_filter_factory>(&inspector_, checks_)) {}

	void load(const std::string &path)
	{
		for (const auto &item : YAML::LoadFile(path)) {
			if (item["list"]) {
				auto &values = lists_[item["list"].as<std::string>()];
				for (const auto &value : item["items"]) {
					add(unquoted(value.as<std::string>()), values);
				}
			} else if (item["macro"]) {
				macros_[item["macro"].as<std::string>()] = parse(item["condition"].as<std::string>());
			} else if (item["rule"]) {
				const auto condition = parse(item["condition"].as<std::string>());
				filters_.push_back(sinsp_filter_compiler(factory_, condition.get()).compile());
			}
		}
	}

	size_t rules() const { return filters_.size(); }

private:
	std::unique_ptr<ast::expr> parse(const std::string &condition)
	{
		auto tree = libsinsp::filter::parser(condition).parse();
		resolve(tree);
		return tree;
	}

	void resolve(std::unique_ptr<ast::expr> &node)
	{
		if (const auto *name = dynamic_cast<ast::identifier_expr *>(node.get())) {
			node = ast::clone(macros_.at(name->identifier).get());
		} else if (auto *both = dynamic_cast<ast::and_expr *>(node.get())) {
			resolve_each(both->children);
		} else if (auto *either = dynamic_cast<ast::or_expr *>(node.get())) {
			resolve_each(either->children);
		} else if (auto *negation = dynamic_cast<ast::not_expr *>(node.get())) {
			resolve(negation->child);
		} else if (auto *check = dynamic_cast<ast::binary_check_expr *>(node.get())) {
			if (auto *list = dynamic_cast<ast::list_expr *>(check->right.get())) {
				std::vector<std::string> values;
				for (const auto &value : list->values) {
					add(value, values);
				}
				list->values = std::move(values);
			}
		}
	}

	void resolve_each(std::vector<std::unique_ptr<ast::expr>> &children)
	{
		for (auto &child : children) {
			resolve(child);
		}
	}

	// Quotes inside YAML's own are those of the conditions' language.
	static std::string unquoted(const std::string &text)
	{
		const bool quoted = text.size() > 1 && text.front() == '"' && text.back() == '"';
		return quoted ? text.substr(1, text.size() - 2) : text;
	}

	void add(const std::string &value, std::vector<std::string> &values) const
	{
		const auto list = lists_.find(value);
		if (list == lists_.end()) {
			values.push_back(value);
		} else {
			values.insert(values.end(), list->second.begin(), list->second.end());
		}
	}

	sinsp inspector_;
	sinsp_filter_check_list checks_;
	std::shared_ptr<sinsp_filter_factory> factory_;
	std::map<std::string, std::vector<std::string>> lists_;
	std::map<std::string, std::unique_ptr<ast::expr>> macros_;
	std::vector<std::unique_ptr<sinsp_filter>> filters_;
};

} // namespace

int main(int argc, char **argv)
{
	try {
		Loader loader;
		for (int i = 1; i < argc; i++) {
			loader.load(argv[i]);
		}
		std::printf("%zu\n", loader.rules());
		return 0;
	} catch (const std::exception &e) {
		std::fprintf(stderr, "load_floor: %s\n", e.what());
		return 1;
	}
}
