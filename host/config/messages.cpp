// SPDX-License-Identifier: Apache-2.0
#include "host/config/messages.hpp"

#include "common/nearest.hpp"

namespace falco::host::config {

std::string describe_value(const yaml::Node &node)
{
	constexpr size_t kLongest = 60;
	if (node.kind == yaml::Kind::null) return "nothing";
	if (node.kind != yaml::Kind::scalar) return yaml::describe_kind(node);
	if (node.text.size() <= kLongest) return "'" + node.text + "'";
	size_t cut = kLongest;
	while ((static_cast<unsigned char>(node.text[cut]) & 0xc0) == 0x80)
		--cut; // not inside a character
	return "'" + node.text.substr(0, cut) + "...'";
}

yaml::Error wrong_value(const yaml::Node &node, const std::string &key, const std::string &expected)
{
	return {node.place, key + ": expected " + expected + ", found " + describe_value(node)};
}

yaml::Error missing_key(const yaml::Place &place, const std::string &block, const std::string &key,
			const std::string &meaning)
{
	return {place, block + ": the key '" + key + "' is missing: " + meaning};
}

yaml::Error only_for_outputs(const yaml::Place &place, const std::string &key)
{
	return {place, key + ": only outputs have this; remove the key"};
}

yaml::Error name_twice(const yaml::Place &place, const std::string &name, const yaml::Place &first)
{
	return {place, "the instance name '" + name + "' is used twice, first at " + first.str() +
			       "; give one of them another 'name'"};
}

yaml::Error both_given(const yaml::Place &place, const std::string &key, const std::string &other)
{
	return {place, key + ": stands beside '" + other + "', which says the same; keep one of them"};
}

void refuse_beside(const yaml::Node &root, std::initializer_list<const char *> keys, const std::string &other)
{
	for (const char *key : keys) {
		if (const yaml::Node *node = root.find(key)) throw both_given(node->place, key, other);
	}
}

yaml::Error said_otherwise(const yaml::Place &place, const std::string &key, const yaml::Place &other)
{
	return {place, key + ": is not what is said at " + other.str() + "; keep one of them"};
}

yaml::Error no_output(const std::string &file)
{
	return {yaml::Place{std::make_shared<const std::string>(file), 0, 0},
		"no output is enabled: set 'enabled: true' in stdout_output, file_output or syslog_output, or list an "
		"output under 'plugins'"};
}

std::string unknown_key(const yaml::Place &place, const std::string &key, const std::string &name,
			const std::vector<std::string> &known)
{
	return place.str() + ": unknown key '" + key + "'" + did_you_mean(name, known) + "; it is ignored";
}

std::string not_used(const yaml::Place &place, const std::string &key, const std::string &used)
{
	return place.str() + ": this " + key + " is not used, because the key '" + key + "' does not name it; '" +
	       used + "' is used";
}

std::string no_file()
{
	return "no configuration file found, using built-in defaults: alerts go to standard output";
}

} // namespace falco::host::config
