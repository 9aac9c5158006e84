// SPDX-License-Identifier: Apache-2.0
//
// What is looked at before a file is loaded: its place, its header, its checksum.
#include "host/plugins/checksum.hpp"
#include "host/plugins/elf_file.hpp"
#include "host/plugins/path_safety.hpp"
#include "tests/unit/plugins/support.hpp"

#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include <sys/stat.h>

#include <elf.h>
#include <filesystem>
#include <unistd.h>

using testing::ElementsAre;
using testing::HasSubstr;
using testing::IsEmpty;

namespace falco::host {
namespace {

TEST(PathSafety, takes_a_file_of_our_own_below_the_sticky_tmp)
{
	const TempDir dir;
	EXPECT_EQ(path_problem(dir.write("x.so", "x")), "");
	EXPECT_NO_THROW(require_safe_path(dir.path() + "/x.so", "plugin"));
}

TEST(PathSafety, refuses_a_file_that_others_can_write)
{
	const TempDir dir;
	const std::string path = dir.write("rules.yaml", "x");
	chmod(path.c_str(), 0666);
	EXPECT_EQ(error_of([&] { require_safe_path(path, "rules file"); }),
		  "rules file " + path + " is not used: " + path +
			  " can be written to by users other than its owner (mode 0666): run chmod go-w on it");
	chmod(path.c_str(), 0664);
	EXPECT_THAT(path_problem(path), HasSubstr("mode 0664"));
}

TEST(PathSafety, refuses_a_folder_that_others_can_write)
{
	const TempDir dir;
	std::filesystem::create_directories(dir.path() + "/open/inner");
	const std::string path = dir.write("open/inner/x.so", "x");
	chmod((dir.path() + "/open").c_str(), 0777);
	EXPECT_THAT(path_problem(path), HasSubstr(dir.path() + "/open can be written to"));
	chmod((dir.path() + "/open").c_str(), 01777);
	EXPECT_EQ(path_problem(path), "");
}

TEST(PathSafety, refuses_another_users_file_folder_and_link)
{
	if (geteuid() != 0) GTEST_SKIP() << "needs root to give files away";
	const TempDir dir;
	const std::string path = dir.write("x.so", "x");
	ASSERT_EQ(chown(path.c_str(), 12345, 0), 0);
	EXPECT_THAT(path_problem(path), HasSubstr("belongs to user 12345"));
	ASSERT_EQ(chown(path.c_str(), 0, 0), 0);
	const std::string link = dir.path() + "/link.so";
	std::filesystem::create_symlink(path, link);
	EXPECT_EQ(path_problem(link), "");
	ASSERT_EQ(lchown(link.c_str(), 12345, 0), 0);
	EXPECT_THAT(path_problem(link), HasSubstr("link.so belongs to user 12345"));
}

TEST(PathSafety, looks_at_the_way_to_a_links_target)
{
	const TempDir dir;
	std::filesystem::create_directory(dir.path() + "/open");
	const std::string path = dir.write("open/x.so", "x"), link = dir.path() + "/link.so";
	chmod((dir.path() + "/open").c_str(), 0777);
	std::filesystem::create_symlink(path, link);
	EXPECT_THAT(path_problem(link), HasSubstr("/open can be written to"));
}

TEST(PathSafety, refuses_what_is_no_file)
{
	const TempDir dir;
	EXPECT_THAT(path_problem(dir.path()), HasSubstr("is not a regular file"));
	EXPECT_THAT(path_problem(dir.path() + "/none"), HasSubstr("No such file or directory"));
	EXPECT_THAT(path_problem("relative.so"), HasSubstr("is not an absolute path"));
	EXPECT_THAT(path_problem(""), HasSubstr("is not an absolute path"));
}

// A good plugin with one byte of its header changed.
std::string patched(const TempDir &dir, size_t offset, char value)
{
	std::string content = read_text(test_plugin_dir() + "/table-good.so");
	content.at(offset) = value;
	return dir.write("patched.so", content);
}

TEST(ElfFile, takes_a_plugin)
{
	EXPECT_EQ(elf_problem(test_plugin_dir() + "/table-good.so"), "");
}

TEST(ElfFile, tells_what_is_no_shared_object)
{
	const TempDir dir;
	EXPECT_THAT(elf_problem(dir.write("a.so", "not a library\n")), HasSubstr("no ELF file"));
	EXPECT_THAT(elf_problem(dir.write("b.so", "")), HasSubstr("no ELF file"));
	EXPECT_THAT(elf_problem(dir.write("c.so", "\x7f"
						  "ELF")),
		    HasSubstr("no ELF file"));
	EXPECT_THAT(elf_problem(dir.path() + "/none.so"), HasSubstr("cannot be opened"));
	EXPECT_THAT(elf_problem(patched(dir, offsetof(Elf64_Ehdr, e_type), ET_REL)), HasSubstr("not a shared object"));
}

TEST(ElfFile, tells_another_machine_and_word_size)
{
	const TempDir dir;
	EXPECT_THAT(elf_problem(patched(dir, offsetof(Elf64_Ehdr, e_machine), EM_386)),
		    HasSubstr("built for another machine (i386, 64-bit; this falco is "));
	EXPECT_THAT(elf_problem(patched(dir, EI_CLASS, ELFCLASS32)), HasSubstr("32-bit"));
}

TEST(ElfFile, lists_exported_symbols)
{
	const ExportedSymbols symbols = exported_symbols(test_plugin_dir() + "/table-good.so");
	EXPECT_EQ(symbols.problem, "");
	EXPECT_THAT(symbols.names, ElementsAre("falco_plugin_entry"));
}

TEST(ElfFile, reads_no_symbols_beyond_a_damaged_files_end)
{
	const TempDir dir;
	const std::string content = read_text(test_plugin_dir() + "/table-good.so");
	for (size_t size : {size_t{64}, content.size() / 2})
		EXPECT_THAT(exported_symbols(dir.write("cut.so", content.substr(0, size))).names, IsEmpty());
	EXPECT_NE(exported_symbols(patched(dir, offsetof(Elf64_Ehdr, e_shoff) + 7, 0x7f)).problem, "");
}

TEST(Checksum, is_the_files_sha256)
{
	const TempDir dir;
	EXPECT_EQ(sha256_of_file(dir.write("abc", "abc")),
		  "ba7816bf8f01cfea414140de5dae2223b00361a396177a9cb410ff61f20015ad");
	EXPECT_EQ(sha256_of_file(dir.write("empty", "")),
		  "e3b0c44298fc1c149afbf4c8996fb92427ae41e4649b934ca495991b7852b855");
	EXPECT_EQ(sha256_of_file(dir.write("long", std::string(1000000, 'a'))),
		  "cdc76e5c9914fb9281a1c7e284d73e67f1809a48a497200e046d39ccc7112cd0");
	EXPECT_THAT(error_of([&] { sha256_of_file(dir.path() + "/none"); }), HasSubstr("cannot be read"));
}

} // namespace
} // namespace falco::host
