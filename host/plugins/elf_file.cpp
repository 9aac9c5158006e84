// SPDX-License-Identifier: Apache-2.0
#include "host/plugins/elf_file.hpp"

#include <elf.h>
#include <link.h>

#include <cerrno>
#include <cstring>
#include <fstream>
#include <optional>

namespace falco::host {

namespace {

using Header = ElfW(Ehdr);
using Section = ElfW(Shdr);
using Symbol = ElfW(Sym);
using Dynamic = ElfW(Dyn);

// A file of which pieces are read, and nothing beyond its end.
class Reader {
public:
	explicit Reader(const std::string &path) : file_(path, std::ios::binary) {}
	bool is_open() const { return file_.is_open(); }

	bool read(uint64_t offset, void *into, size_t size)
	{
		file_.clear();
		file_.seekg(static_cast<std::streamoff>(offset));
		file_.read(static_cast<char *>(into), static_cast<std::streamsize>(size));
		return file_.good();
	}

	// A string table or the like; no plugin needs a larger one than 64 MiB.
	std::optional<std::string> read_text(uint64_t offset, uint64_t size)
	{
		if (size > (uint64_t{64} << 20)) return std::nullopt;
		file_.clear();
		file_.seekg(0, std::ios::end);
		const auto length = static_cast<uint64_t>(file_.tellg());
		if (offset > length || size > length - offset) return std::nullopt;
		std::string text(static_cast<size_t>(size), '\0');
		if (!read(offset, text.data(), text.size())) return std::nullopt;
		return text;
	}

private:
	std::ifstream file_;
};

// The section of that type, if there is one and the section table can be read.
std::optional<Section> find_section(Reader &file, uint32_t type, Header &header)
{
	if (!file.read(0, &header, sizeof header) || header.e_shentsize != sizeof(Section)) return std::nullopt;
	for (unsigned i = 0; i < header.e_shnum; ++i) {
		Section section;
		if (!file.read(header.e_shoff + uint64_t{i} * sizeof section, &section, sizeof section))
			return std::nullopt;
		if (section.sh_type == type) return section;
	}
	return std::nullopt;
}

bool asks_to_bind_now(const Dynamic &entry)
{
	return entry.d_tag == DT_BIND_NOW || (entry.d_tag == DT_FLAGS && (entry.d_un.d_val & DF_BIND_NOW) != 0) ||
	       (entry.d_tag == DT_FLAGS_1 && (entry.d_un.d_val & DF_1_NOW) != 0);
}

std::string machine_name(unsigned machine)
{
	switch (machine) {
	case EM_X86_64:
		return "x86-64";
	case EM_AARCH64:
		return "aarch64";
	case EM_386:
		return "i386";
	case EM_ARM:
		return "arm";
	case EM_RISCV:
		return "riscv";
	case EM_S390:
		return "s390";
	case EM_PPC64:
		return "ppc64";
	default:
		return "ELF machine " + std::to_string(machine);
	}
}

const char *class_name(unsigned char elf_class)
{
	return elf_class == ELFCLASS64 ? "64-bit" : elf_class == ELFCLASS32 ? "32-bit" : "of unknown word size";
}

bool is_exported(const Symbol &symbol)
{
	const unsigned binding = ELF64_ST_BIND(symbol.st_info); // the same bits in both classes
	const unsigned visibility = ELF64_ST_VISIBILITY(symbol.st_other);
	return symbol.st_shndx != SHN_UNDEF && symbol.st_name != 0 && binding != STB_LOCAL &&
	       (visibility == STV_DEFAULT || visibility == STV_PROTECTED);
}

std::vector<std::string> names_of(const std::string &symbols, const std::string &strings)
{
	std::vector<std::string> names;
	for (size_t at = 0; at + sizeof(Symbol) <= symbols.size(); at += sizeof(Symbol)) {
		Symbol symbol;
		std::memcpy(&symbol, symbols.data() + at, sizeof symbol);
		if (!is_exported(symbol) || symbol.st_name >= strings.size()) continue;
		names.emplace_back(strings.c_str() + symbol.st_name); // std::string's own NUL ends the last one
	}
	return names;
}

} // namespace

std::string elf_problem(const std::string &path)
{
	Reader file(path);
	if (!file.is_open()) return std::string("cannot be opened: ") + std::strerror(errno);
	Header header;
	if (!file.read(0, &header, sizeof header) || std::memcmp(header.e_ident, ELFMAG, SELFMAG) != 0)
		return "is not a shared object (no ELF file): a plugin is built with -shared";
	Header own;
	Reader self("/proc/self/exe");
	if (!self.read(0, &own, sizeof own)) return "cannot be compared with this program: /proc is not mounted";
	if (header.e_ident[EI_CLASS] != own.e_ident[EI_CLASS] || header.e_ident[EI_DATA] != own.e_ident[EI_DATA] ||
	    header.e_machine != own.e_machine)
		return "was built for another machine (" + machine_name(header.e_machine) + ", " +
		       class_name(header.e_ident[EI_CLASS]) + "; this falco is " + machine_name(own.e_machine) + ", " +
		       class_name(own.e_ident[EI_CLASS]) + "): build it for this one";
	if (header.e_type != ET_DYN)
		return "is an ELF file but not a shared object (a program or an object file): a plugin is built with "
		       "-shared";
	return {};
}

bool binds_at_load(const std::string &path)
{
	Reader file(path);
	Header header;
	const auto section = find_section(file, SHT_DYNAMIC, header);
	const auto entries = section ? file.read_text(section->sh_offset, section->sh_size) : std::nullopt;
	for (size_t at = 0; entries && at + sizeof(Dynamic) <= entries->size(); at += sizeof(Dynamic)) {
		Dynamic entry;
		std::memcpy(&entry, entries->data() + at, sizeof entry);
		if (asks_to_bind_now(entry)) return true;
	}
	return false;
}

ExportedSymbols exported_symbols(const std::string &path)
{
	ExportedSymbols result;
	result.problem = elf_problem(path);
	if (!result.problem.empty()) return result;
	result.problem = "has no section table to tell its symbols from";
	Reader file(path);
	Header header;
	const auto symbols = find_section(file, SHT_DYNSYM, header);
	if (!symbols) return result;
	Section strings;
	if (!file.read(header.e_shoff + uint64_t{symbols->sh_link} * sizeof strings, &strings, sizeof strings))
		return result;
	const auto table = file.read_text(symbols->sh_offset, symbols->sh_size);
	const auto text = file.read_text(strings.sh_offset, strings.sh_size);
	if (table && text) return {"", names_of(*table, *text)};
	return result;
}

} // namespace falco::host
