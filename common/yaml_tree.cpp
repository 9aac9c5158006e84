// SPDX-License-Identifier: Apache-2.0
//
// From text to events. The only place that uses yaml-cpp.
#include "common/yaml_tree.hpp"

#include "common/yaml_cut.hpp"
#include "common/yaml_documents.hpp"
#include "common/yaml_events.hpp"
#include "common/yaml_text.hpp"

#include <yaml-cpp/depthguard.h>
#include <yaml-cpp/eventhandler.h>
#include <yaml-cpp/exceptions.h>
#include <yaml-cpp/parser.h>

#include <algorithm>
#include <istream>
#include <iterator>
#include <streambuf>
#include <unordered_map>

namespace falco::yaml {
namespace {

constexpr const char *kTooDeep = "nested too deeply: more than 400 levels";
constexpr const char *kTooMany = "more than a million values";

// yaml-cpp's messages that people meet, in words that say what to do.
std::string explain(const std::string &message)
{
	static const std::unordered_map<std::string, std::string> texts = {
		{YAML::ErrorMsg::END_OF_MAP, "expected another key of this map here: check the indentation"},
		{YAML::ErrorMsg::END_OF_MAP_FLOW, "expected ',' or '}' here: a '{' is not closed"},
		{YAML::ErrorMsg::END_OF_SEQ, "expected '- ' and another item of this list here: check the indentation"},
		{YAML::ErrorMsg::END_OF_SEQ_FLOW, "expected ',' or ']' here: a '[' is not closed"},
		{YAML::ErrorMsg::MAP_VALUE, "a ': ' is not allowed here: quote the text if it is part of it, "
					    "else check the indentation"},
		{YAML::ErrorMsg::MAP_KEY, "a key is not allowed here: check the indentation"},
		{YAML::ErrorMsg::BLOCK_ENTRY, "a list item ('- ') is not allowed here: check the indentation"},
		{YAML::ErrorMsg::FLOW_END, "a ']' or '}' without the bracket that opens it"},
		{YAML::ErrorMsg::UNKNOWN_TOKEN, "a text cannot begin with this character: put it into quotes"},
		{YAML::ErrorMsg::EOF_IN_SCALAR, "the text ends inside quotes: close them"},
		{YAML::ErrorMsg::DOC_IN_SCALAR, "'---' or '...' inside a quoted text: close the quote"},
		{YAML::ErrorMsg::TAB_IN_INDENTATION, "a tab cannot indent YAML: use spaces"},
		{YAML::ErrorMsg::CHAR_IN_BLOCK,
		 "only a line break may follow '|' or '>': begin the text on the next line"},
		{YAML::ErrorMsg::ZERO_INDENT_IN_BLOCK, "the indentation after '|' or '>' must be 1 to 9"},
		{YAML::ErrorMsg::MULTIPLE_ANCHORS, "two anchors ('&') for one value"},
		{YAML::ErrorMsg::MULTIPLE_TAGS, "two tags ('!') for one value"},
		{YAML::ErrorMsg::ALIAS_NOT_FOUND,
		 "a name must follow '*': put the text into quotes if no alias is meant"},
		{YAML::ErrorMsg::ANCHOR_NOT_FOUND,
		 "a name must follow '&': put the text into quotes if no anchor is meant"},
		{YAML::ErrorMsg::CHAR_IN_ALIAS, "this character is not allowed in an alias ('*')"},
		{YAML::ErrorMsg::CHAR_IN_ANCHOR, "this character is not allowed in an anchor ('&')"},
		{YAML::ErrorMsg::UNKNOWN_ANCHOR, "no anchor ('&') of this alias's name stands before it"},
	};
	const auto found = texts.find(message);
	if (found != texts.end()) return found->second;
	return message;
}

// yaml-cpp 0.7 decodes \N and \_ to the single bytes 0x85 and 0xa0, which are no UTF-8.
std::string mend_utf8(const std::string &text)
{
	if (std::none_of(text.begin(), text.end(), [](char c) { return (c & 0x80) != 0; })) return text;
	std::string mended;
	for (size_t i = 0; i < text.size();) {
		const size_t length = utf8_length(text, i);
		if (length == 0) mended += '\xc2';
		mended.append(text, i, std::max<size_t>(length, 1));
		i += std::max<size_t>(length, 1);
	}
	return mended;
}

// How a text is read.
struct Manner {
	bool takes_several = false; // documents
	bool cuts = false;          // what is too long; otherwise that is an error
	Progress progress;          // may be empty
};

// Writes down what the parser reports. Throws Error for what yaml-cpp lets pass.
class Recorder : public YAML::EventHandler {
public:
	Recorder(const std::string &source, std::shared_ptr<const std::string> name, const Manner &manner)
	    : source_(source), manner_(manner)
	{
		events_.name = std::move(name);
	}

	Events &events() { return events_; }

	Place place(const YAML::Mark &mark) const
	{
		if (mark.is_null()) return {events_.name, 0, 0};
		return {events_.name, static_cast<uint32_t>(mark.line + 1), static_cast<uint32_t>(mark.column + 1)};
	}

	void OnDocumentStart(const YAML::Mark &mark) override
	{
		anchors_.clear(); // each document has its own
		events_.documents.push_back(events_.list.size());
		if (events_.documents.size() == 1) return;
		const bool marked = source_.compare(offset(mark), 3, "---") == 0;
		if (marked && manner_.takes_several) return;
		throw Error(place(mark), marked ? "a second document ('---') in the file: only one is allowed"
						: "this does not belong to what stands above: check the indentation");
	}
	void OnDocumentEnd() override {}

	void OnNull(const YAML::Mark &mark, YAML::anchor_t anchor) override { add(Event::Type::null, mark, anchor); }

	void OnAlias(const YAML::Mark &mark, YAML::anchor_t anchor) override
	{
		if (is_leaving_out_) return;
		const auto target = anchors_.find(anchor);
		if (target == anchors_.end()) throw Error(place(mark), "an alias to what contains it");
		add(Event::Type::alias, mark, 0).other = static_cast<uint32_t>(target->second);
		events_.has_aliases = true;
	}

	void OnScalar(const YAML::Mark &mark, const std::string &tag, YAML::anchor_t anchor,
		      const std::string &value) override
	{
		static const Tags known = {"!", "?", "!!str", "!!null", "!!bool", "!!int", "!!float"};
		check_tag(mark, tag, known);
		Event &event = add(Event::Type::scalar, mark, anchor);
		event.quoted = tag == "!" || (tag != "?" && tag == kCoreTags + std::string("str"));
		const size_t content = skip_properties(source_, offset(mark));
		const char first = content < source_.size() ? source_[content] : '\0';
		if ((first == '"' || first == '\'') && find_end_of_quoted(source_, content) == std::string::npos) {
			throw Error(place(mark), "the quote that opens here is not closed");
		}
		event.text = mend_utf8(value);
	}

	void OnSequenceStart(const YAML::Mark &mark, const std::string &tag, YAML::anchor_t anchor,
			     YAML::EmitterStyle::value style) override
	{
		static const Tags known = {"!", "?", "!!seq"};
		check_tag(mark, tag, known);
		open(Event::Type::sequence, mark, anchor, style == YAML::EmitterStyle::Block);
	}
	void OnSequenceEnd() override { close(); }

	void OnMapStart(const YAML::Mark &mark, const std::string &tag, YAML::anchor_t anchor,
			YAML::EmitterStyle::value) override
	{
		static const Tags known = {"!", "?", "!!map"};
		check_tag(mark, tag, known);
		open(Event::Type::map, mark, anchor, false);
	}
	void OnMapEnd() override { close(); }

private:
	using Tags = std::vector<std::string>;
	static constexpr const char *kCoreTags = "tag:yaml.org,2002:";

	size_t offset(const YAML::Mark &mark) const
	{
		return std::min(static_cast<size_t>(mark.pos) + byte_order_mark(source_), source_.size());
	}

	Event &add(Event::Type type, const YAML::Mark &mark, YAML::anchor_t anchor)
	{
		auto &list = events_.list;
		if (manner_.progress) manner_.progress(offset(mark), source_.size());
		if (manner_.cuts ? nodes_ >= kMaxNodes : list.size() >= 2 * kMaxNodes) make_room(mark);
		if (is_leaving_out_) return nobodys_ = Event();
		nodes_++;
		if (anchor != 0) anchors_[anchor] = list.size();
		if (!open_.empty()) list[open_.back().event].size++;
		Event event;
		event.type = type;
		const Place at = place(mark);
		event.line = at.line;
		event.column = at.column;
		list.push_back(std::move(event));
		return list.back();
	}

	void open(Event::Type type, const YAML::Mark &mark, YAML::anchor_t anchor, bool block)
	{
		add(type, mark, anchor).block = block;
		if (is_leaving_out_)
			++left_open_;
		else
			open_.push_back({events_.list.size() - 1, nodes_});
		check_depth(mark);
	}

	void close()
	{
		if (left_open_ > 0) {
			--left_open_;
			return;
		}
		is_leaving_out_ = false; // what ends is what was cut, or nothing is
		auto &list = events_.list;
		list[open_.back().event].other = static_cast<uint32_t>(list.size());
		open_.pop_back();
		Event event;
		event.type = Event::Type::end;
		list.push_back(std::move(event));
	}

	// Empties the longest of the lists and maps that are open, and leaves out what comes until it ends.
	void make_room(const YAML::Mark &mark)
	{
		constexpr size_t kLong = 1000; // smaller ones would be cut too often
		auto &list = events_.list;
		const auto shorter = [&](const Open &one, const Open &other) {
			return list[one.event].size < list[other.event].size;
		};
		const auto longest = std::max_element(open_.begin(), open_.end(), shorter);
		if (!manner_.cuts || longest == open_.end() || list[longest->event].size < kLong)
			throw Error(place(mark), kTooMany);
		list.resize(longest->event + 1);
		list.back().size = 0;
		list.back().cut = true;
		nodes_ = longest->nodes;
		left_open_ = static_cast<size_t>(open_.end() - longest) - 1;
		open_.erase(longest + 1, open_.end());
		is_leaving_out_ = true;
		for (auto anchor = anchors_.begin(); anchor != anchors_.end();)
			anchor = anchor->second >= list.size() ? anchors_.erase(anchor) : std::next(anchor);
	}

	// Before yaml-cpp's own limit, whose message says nothing.
	void check_depth(const YAML::Mark &mark) const
	{
		if (open_.size() + left_open_ > kMaxDepth) throw Error(place(mark), kTooDeep);
	}

	void check_tag(const YAML::Mark &mark, const std::string &tag, const Tags &known) const
	{
		if (tag.size() == 1 && (tag[0] == '?' || tag[0] == '!')) return; // none written
		const std::string core = kCoreTags;
		const bool is_core = tag.compare(0, core.size(), core) == 0;
		const std::string short_tag = is_core ? "!!" + tag.substr(core.size()) : tag;
		if (std::find(known.begin(), known.end(), short_tag) != known.end()) return;
		throw Error(place(mark), "the tag '" + short_tag +
						 "' means nothing here: put the text into quotes if it "
						 "begins with '!', else remove the tag");
	}

	struct Open {
		size_t event, nodes; // of the list of events; how many nodes there were at it, itself among them
	};

	const std::string &source_;
	const Manner &manner_;
	Events events_;
	size_t nodes_ = 0;                                   // in them
	std::vector<Open> open_;                             // sequences and maps that have not ended
	bool is_leaving_out_ = false;                        // what the innermost of them contains
	size_t left_open_ = 0;                               // so many levels in it
	Event nobodys_;                                      // stands for what is left out
	std::unordered_map<YAML::anchor_t, size_t> anchors_; // to the event each names
};

// A stream of bytes that stay where they are.
class BytesBuffer : public std::streambuf {
public:
	explicit BytesBuffer(std::string_view bytes)
	{
		auto *begin = const_cast<char *>(bytes.data()); // nobody writes
		setg(begin, begin, begin + bytes.size());
	}
};

// yaml-cpp takes a tab in front of a key for something else and fails a little later with a misleading message.
bool is_indented_by_tab(const std::string &source, const Place &place)
{
	const size_t begin = offset_of(source, place.line, 1);
	const size_t first = source.find_first_not_of(" \t", begin);
	const size_t tab = source.find('\t', begin);
	return place.line > 0 && tab != std::string::npos && tab < std::min(first, source.size());
}

Place place_of(size_t offset, const std::string &text, std::shared_ptr<const std::string> name)
{
	const auto end = text.begin() + static_cast<ptrdiff_t>(offset);
	const size_t newline = offset == 0 ? std::string::npos : text.rfind('\n', offset - 1);
	const size_t begin = newline == std::string::npos ? byte_order_mark(text) : newline + 1;
	return {std::move(name), static_cast<uint32_t>(std::count(text.begin(), end, '\n') + 1),
		static_cast<uint32_t>(offset - begin + 1)};
}

} // namespace

std::string Place::str() const
{
	const std::string name = file ? *file : std::string();
	if (line == 0) return name;
	return name + ':' + std::to_string(line) + ':' + std::to_string(column);
}

Error::Error(const Place &place, const std::string &message)
    : std::runtime_error(place.str() + ": " + message), place_(place), message_(message)
{
}

const Node *Node::find(std::string_view key) const
{
	for (const Entry &entry : entries) {
		if (entry.key == key) return &entry.value;
	}
	return nullptr;
}

Node *Node::find(std::string_view key)
{
	return const_cast<Node *>(static_cast<const Node *>(this)->find(key));
}

namespace {

std::vector<Node> parse_documents(const std::string &text, const std::string &name, const Manner &manner,
				  std::vector<Error> *repeated)
{
	const auto shared_name = std::make_shared<const std::string>(name);
	if (const auto fault = find_text_fault(text)) {
		throw Error(place_of(fault->offset, text, shared_name), fault->message);
	}

	Recorder recorder(text, shared_name, manner);
	try {
		BytesBuffer buffer(std::string_view(text).substr(byte_order_mark(text)));
		std::istream stream(&buffer);
		YAML::Parser parser(stream);
		while (parser.HandleNextDocument(recorder)) {
		}
	} catch (const YAML::DeepRecursion &error) {
		throw Error(recorder.place(error.mark), kTooDeep);
	} catch (const YAML::Exception &error) {
		const Place place = recorder.place(error.mark);
		throw Error(place, is_indented_by_tab(text, place) ? explain(YAML::ErrorMsg::TAB_IN_INDENTATION)
								   : explain(error.msg));
	}
	return build_trees(std::move(recorder.events()), text, repeated);
}

Document parse_document(const std::string &text, const std::string &name, const Manner &manner)
{
	Document document;
	document.text = text;
	auto roots = parse_documents(document.text, name, manner, nullptr);
	if (roots.empty()) {
		document.root.place = Place{std::make_shared<const std::string>(name), 1, 1};
	} else {
		document.root = std::move(roots.front());
	}
	return document;
}

} // namespace

Document parse(const std::string &text, const std::string &name, const Progress &progress)
{
	return parse_document(text, name, {false, false, progress});
}

Document parse(const std::string &text, const std::string &name)
{
	return parse(text, name, nullptr);
}

Document parse_cut(const std::string &text, const std::string &name, const Progress &progress)
{
	return parse_document(text, name, {false, true, progress});
}

const Node *find_cut(const Node &node)
{
	if (node.cut) return &node;
	for (const Node &item : node.items)
		if (const Node *const cut = find_cut(item)) return cut;
	for (const Entry &entry : node.entries)
		if (const Node *const cut = find_cut(entry.value)) return cut;
	return nullptr;
}

void check_whole(const Node &node)
{
	if (const Node *const cut = find_cut(node))
		throw Error(cut->place, std::string(kTooMany) + ": this is too long for one file");
}

std::vector<Node> parse_all(const std::string &text, const std::string &name, std::vector<Error> *repeated)
{
	return parse_documents(text, name, {true, false, nullptr}, repeated);
}

} // namespace falco::yaml
