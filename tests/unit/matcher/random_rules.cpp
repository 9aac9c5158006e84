// SPDX-License-Identifier: Apache-2.0
#include "random_rules.hpp"

#include "plugins/matcher-sinsp/field_names.hpp"

#include <libsinsp/filter.h>
#include <libsinsp/sinsp.h>

#include <algorithm>
#include <cctype>
#include <map>
#include <memory>

namespace falco::matcher {

namespace {

using Kind = SampledField::Kind;

constexpr size_t kEarly = 500; // events that every comparison looks at

const char *const kTextOperators[] = {"=",     "!=", "contains", "icontains", "startswith", "endswith",   "glob",
				      "iglob", "in", "pmatch",   "regex",     "exists",     "startswith", "<",
				      "<=",    ">",  ">=",       "=",         "==",         "in",         "intersects"};
const char *const kBufferOperators[] = {"=",         "!=",          "contains", "icontains", "startswith", "endswith",
					"bcontains", "bstartswith", "exists",   "bcontains", "bstartswith"};
const char *const kNumberOperators[] = {"=", "==", "!=", "<", "<=", ">", ">=", "in", "exists"};
const char *const kNetworkOperators[] = {"=", "!=", "in", "exists"};
const char *const kTransformers[] = {"tolower", "toupper", "b64", "basename", "len"};

Kind kind_of(ppm_param_type type)
{
	switch (type) {
	case PT_CHARBUF:
	case PT_FSPATH:
	case PT_FSRELPATH:
		return Kind::text;
	case PT_BYTEBUF:
		return Kind::buffer;
	case PT_IPNET:
		return Kind::network;
	default:
		return Kind::other;
	}
}

bool wants_list(const std::string &op)
{
	return op == "in" || op == "pmatch" || op == "intersects";
}

// As bcontains and bstartswith want it.
std::string in_hexadecimal(const std::string &bytes)
{
	std::string text;
	for (const unsigned char byte : bytes) {
		for (const unsigned digit : {byte / 16U, byte % 16U}) {
			text += "0123456789abcdef"[digit];
		}
	}
	return text;
}

// What can be put between double quotes in a condition, in a text between single quotes.
bool can_be_written(const std::string &value)
{
	return value.size() < 200 && std::all_of(value.begin(), value.end(), [](unsigned char c) {
		       return std::isprint(c) && c != '"' && c != '\'' && c != '\\';
	       });
}

std::vector<std::string> names_to_sample(const sinsp_filter_check_list &checks)
{
	std::vector<std::string> names = {"evt.arg.flags",
					  "evt.arg.path",
					  "evt.arg.name",
					  "evt.arg.mode",
					  "evt.arg[0]",
					  "evt.arg[1]",
					  "evt.arg.res",
					  "evt.arg.fd",
					  "evt.rawarg.fd",
					  "evt.rawarg.flags",
					  "evt.rawarg.res",
					  "evt.rawarg.name",
					  "evt.buffer",
					  "evt.buffer",
					  "evt.arg.data",
					  "evt.abspath.src",
					  "evt.abspath.dst",
					  "evt.type.is.openat",
					  "proc.aname[0]",
					  "proc.aname[1]",
					  "proc.aname[2]",
					  "proc.aname[-1]",
					  "proc.apid[1]",
					  "proc.apid[-1]",
					  "proc.aexe[1]",
					  "proc.aexe[-1]",
					  "proc.aexepath[1]",
					  "proc.aexepath[2]",
					  "proc.acmdline[1]",
					  "proc.acmdline[-1]",
					  "proc.env[HOME]",
					  "proc.aenv[0]",
					  "proc.aenv[1]",
					  "proc.aenv[2]",
					  "proc.aenv[HOME]",
					  "fd.types[0]",
					  "fd.types[1]",
					  "thread.cgroup.cpuacct",
					  "thread.cgroup.memory",
					  "container.mount[0]",
					  "container.mount.dest[0]",
					  "container.mount.source[/]",
					  "evt.deltatime",
					  "evt.deltatime.ns",
					  "util.cnt",
					  "container.label.name"};
	for (const auto &name : field_names(checks)) {
		// Names of addresses ask a server.
		const bool resolves = name.size() > 5 && name.compare(name.size() - 5, 5, ".name") == 0 &&
				      name.compare(0, 3, "fd.") == 0 && name != "fd.name";
		// Takes nothing but the names of system calls.
		const bool has_known_values = name == "syscall.type";
		if (!resolves && !has_known_values) {
			names.push_back(name);
		}
	}
	return names;
}

// Gives fields that libsinsp compares, but does not show, the values of others that have the like.
void lend_values(std::vector<SampledField> &fields)
{
	static const std::map<std::string, std::vector<std::string>> lenders = {
		{"fd.ip", {"fd.cip", "fd.sip"}},
		{"fd.net", {"fd.cip", "fd.sip"}},
		{"fd.port", {"fd.cport", "fd.sport"}},
		{"fd.proto", {"fd.cport", "fd.sport"}},
		{"proc.acmdline", {"proc.acmdline[1]", "proc.cmdline"}},
		{"proc.aenv", {"proc.env"}},
		{"proc.aexe", {"proc.aexe[1]", "proc.exe"}},
		{"proc.aexepath", {"proc.aexepath[1]", "proc.aexepath[2]"}},
		{"proc.aname", {"proc.aname[1]", "proc.aname[2]", "proc.name"}},
		{"proc.apid", {"proc.apid[1]", "proc.pid"}},
	};
	const auto named = [&fields](const std::string &name) {
		return std::find_if(fields.begin(), fields.end(),
				    [&name](const SampledField &field) { return field.name == name; });
	};
	for (SampledField &field : fields) {
		const auto lender = lenders.find(field.name);
		for (const std::string &name : lender == lenders.end() ? std::vector<std::string>() : lender->second) {
			if (const auto from = named(name); from != fields.end()) {
				field.values.insert(field.values.end(), from->values.begin(), from->values.end());
			}
		}
	}
}

bool is_accepted(const std::string &condition)
{
	static sinsp inspector;
	try {
		sinsp_filter_check_list checks;
		const auto factory = std::make_shared<sinsp_filter_factory>(&inspector, checks);
		sinsp_filter_compiler(factory, condition).compile();
		return true;
	} catch (const std::exception &) {
		return false; // no such operator for the field's type, no value of its type
	}
}

} // namespace

std::vector<SampledField> sample_fields(const std::string &trace, size_t events, size_t every)
{
	sinsp inspector;
	inspector.open_savefile(trace);
	sinsp_filter_check_list checks;
	struct Sampler {
		SampledField field;
		std::unique_ptr<sinsp_filter_check> check;
	};
	std::vector<Sampler> samplers;
	for (const auto &name : names_to_sample(checks)) {
		try {
			auto check = checks.new_filter_check_from_fldname(name, &inspector, true);
			if (!check || check->parse_field_name(name, true, true) < 0) {
				continue;
			}
			const Kind kind = kind_of(check->get_field_info()->m_type);
			samplers.push_back({{name, kind, {}}, std::move(check)});
		} catch (const std::exception &) {
			continue; // wants an argument
		}
	}
	sinsp_evt *event = nullptr;
	uint64_t time = 0;
	for (size_t i = 0; i < events && inspector.next(&event) != SCAP_EOF; i++) {
		if (i % every != 0) {
			continue;
		}
		time = i <= kEarly ? event->get_ts() : time;
		for (auto &sampler : samplers) {
			const char *text = sampler.field.values.size() < 40 ? sampler.check->tostring(event) : nullptr;
			if (text && can_be_written(text)) {
				sampler.field.values.emplace_back(text);
			}
		}
	}
	std::vector<SampledField> fields;
	for (auto &sampler : samplers) {
		const bool is_address = sampler.check->get_field_info()->m_type == PT_IPADDR;
		sampler.field.values.emplace_back(is_address || sampler.field.kind == Kind::network ? "127.0.0.1"
												    : "0");
		fields.push_back(std::move(sampler.field));
	}
	lend_values(fields);
	fields.push_back({"evt.around[" + std::to_string(time) + "]", Kind::interval, {"0", "1", "20", "1000"}});
	return fields;
}

std::string RandomRules::rules(size_t number)
{
	std::string text;
	for (size_t rules = 0; rules < number;) {
		const std::string made = condition();
		if (is_accepted(made)) {
			text += "- {rule: r" + std::to_string(rules++) +
				", desc: d, output: o, priority: info, condition: '" + made + "'}\n";
		}
	}
	return text;
}

std::string RandomRules::condition()
{
	std::string text = term();
	for (size_t more = below(4); more > 0; more--) {
		text = (below(2) ? "(" + text + ")" : text) + (below(2) ? " and " : " or ") + term();
	}
	return text;
}

std::string RandomRules::term()
{
	static const char *const types[] = {"evt.type = openat", "evt.type in (execve, clone, close, sysinfo)",
					    "evt.dir = <", "evt.type != read", "evt.dir = >"};
	const std::string check = below(4) == 0 ? one_of(types) : check_of(one_of(fields_));
	return below(4) == 0 ? "not " + check : check;
}

std::string RandomRules::check_of(const SampledField &field)
{
	if (field.kind == Kind::interval) { // by anything else libsinsp compares with what it never set
		return field.name + " = " + one_of(field.values);
	}
	const bool is_bytes = field.kind == Kind::text || field.kind == Kind::buffer;
	const std::string left = is_bytes && below(changed_) == 0 ? changed(field.name) : field.name;
	if (left.compare(0, 4, "len(") == 0) {
		return left + " " + one_of(kNumberOperators) + " " + std::to_string(below(64));
	}
	std::string op;
	switch (field.kind) {
	case Kind::text:
		op = one_of(kTextOperators);
		break;
	case Kind::buffer:
		op = one_of(kBufferOperators);
		break;
	case Kind::network:
		op = one_of(kNetworkOperators);
		break;
	case Kind::interval:
	case Kind::other:
		op = one_of(kNumberOperators);
		break;
	}
	return left + " " + op + (op == "exists" ? "" : " " + right_of(op, field));
}

std::string RandomRules::changed(const std::string &field)
{
	return std::string(one_of(kTransformers)) + "(" + (below(4) == 0 ? changed(field) : field) + ")";
}

std::string RandomRules::right_of(const std::string &op, const SampledField &field)
{
	if (below(12) == 0) {
		const std::string other = one_of(fields_).name;
		return below(3) == 0 ? changed(other) : "val(" + other + ")";
	}
	std::string values = value_for(op, field);
	if (wants_list(op)) {
		for (size_t more = below(7); more > 0; more--) {
			values += ", " + value_for(op, field);
		}
		values = "(" + values + ")";
	}
	return values;
}

std::string RandomRules::value_for(const std::string &op, const SampledField &field)
{
	if (op[0] == '<' || op[0] == '>') { // wants a number that is not quoted, of a text as well
		const std::string &value = one_of(field.values);
		const bool is_number =
			value.size() < 19 &&
			std::all_of(value.begin(), value.end(), [](unsigned char c) { return std::isdigit(c); });
		return is_number ? value : std::to_string(below(100));
	}
	std::string value = one_of(field.values);
	if (field.kind == Kind::network) {
		static const char *const masks[] = {"/8", "/12", "/16", "/24", "/30", "/32"};
		static const char *const long_masks[] = {"/1",  "/7",  "/8",  "/15",  "/16",  "/32",
							 "/49", "/64", "/96", "/120", "/127", "/128"};
		const bool is_long = value.find(':') != std::string::npos; // IPv6
		return "\"" + value + (is_long ? one_of(long_masks) : one_of(masks)) + "\"";
	}
	const bool whole = op == "=" || op == "==" || op == "in";
	if (field.kind != Kind::other && !whole && !value.empty() && below(3) != 0) {
		const bool anywhere = op == "contains" || op == "icontains" || op == "bcontains" || op == "endswith";
		const size_t begin = anywhere ? below(value.size()) : 0;
		value = value.substr(begin, op == "endswith" ? std::string::npos : 1 + below(value.size()));
	}
	if (op == "bcontains" || op == "bstartswith") {
		return in_hexadecimal(value);
	}
	if (op == "icontains" || op == "iglob") {
		for (char &c : value) {
			c = static_cast<char>(below(2) ? std::toupper(c) : c);
		}
	}
	if (op == "glob" || op == "iglob" || op == "pmatch") {
		static const char *const wildcards[] = {"*", "?", "[a-z]", "*/", ""};
		value.replace(below(value.size() + 1), below(3), one_of(wildcards));
		value += below(2) ? "*" : "";
	}
	if (op == "regex") {
		static const char *const parts[] = {".*", ".+", "[a-z/]*", "(a|b|/)", ""};
		value.replace(below(value.size() + 1), below(3), one_of(parts));
		value += below(2) ? ".*" : "";
	}
	return "\"" + value + "\"";
}

} // namespace falco::matcher
