// Lets the plugin start from a picture of its memory. Loading the program (QuickJS makes its built-in objects,
// reads the bytecode, makes the functions) takes two thirds of a call and ends the same each time. So it is
// done once, when the plugin is built: the executable is run with the name of a file, loads, writes its
// writable memory into that file and ends. `freeze.mjs` makes that the initial memory of the executable,
// which then goes straight to its work.
//
// That is sound because the executable is static and not relocated, all memory so far lies in its own data
// (allocator.c), and the C library sets up what it keeps of the kernel at each start, before main.
// The program must have asked nothing of the machine by then: no environment, no files, no time.

#include <elf.h>
#include <fcntl.h>
#include <stdlib.h>
#include <sys/mman.h>
#include <sys/syscall.h>
#include <sys/time.h>
#include <unistd.h>

#include "quickjs-libc.h"

#ifndef MADV_POPULATE_READ
#define MADV_POPULATE_READ 22
#define MADV_POPULATE_WRITE 23
#endif

/** Set in the picture. */
static JSContext *frozen;
/** What of the first chunk is in use in the picture. */
static struct {
  char *start, *end;
} used;

/** Calls the global function `run`, which ends the process. */
static void run(JSContext *context) {
  JS_UpdateStackTop(JS_GetRuntime(context));
  JSValue global = JS_GetGlobalObject(context);
  JSValue function = JS_GetPropertyStr(context, global, "run");
  JS_Call(context, function, JS_UNDEFINED, 0, 0);
  js_std_dump_error(context);
  exit(1);
}

extern const Elf64_Ehdr __ehdr_start;

static const Elf64_Phdr *segments(void) {
  return (const void *)((const char *)&__ehdr_start + __ehdr_start.e_phoff);
}

/**
 * Asks for the pages that a call touches all at once: one by one, their faults take a fifth of its time.
 * A kernel before 5.14 refuses, which costs only that.
 */
static void populate(void) {
  madvise(used.start, used.end - used.start, MADV_POPULATE_WRITE);
  const Elf64_Phdr *header = segments();
  for (int at = 0; at < __ehdr_start.e_phnum; at++, header++)
    if (header->p_type == PT_LOAD && !(header->p_flags & PF_W))
      madvise((void *)header->p_vaddr, header->p_memsz, MADV_POPULATE_READ);
}

/** At the start: goes on from the picture, if this executable has one. */
void thaw(void) {
  if (!frozen) return;
  populate();
  run(frozen);
}

#ifdef __GLIBC__

/** glibc's own start is not made for this. */
void freeze(JSContext *context, const char *path) { run(context); }

#else

int leave_first_chunk(char **start, char **end);

/** Without the C library, which would keep an address that the kernel changes with each start. */
int gettimeofday(struct timeval *restrict time, void *restrict zone) {
  return syscall(SYS_gettimeofday, time, zone);
}

static void write_all(const char *path, const char *from, size_t count) {
  int file = open(path, O_WRONLY | O_CREAT | O_EXCL, 0600);
  while (count > 0) {
    ssize_t written = write(file, from, count);
    if (written <= 0) exit(1);
    from += written;
    count -= written;
  }
  exit(close(file) == 0 ? 0 : 1);
}

/** When all is loaded: writes the picture, or, without a name for it, goes on at once. */
void freeze(JSContext *context, const char *path) {
  if (!path) run(context);
  if (!leave_first_chunk(&used.start, &used.end)) exit(1);
  frozen = context;
  const Elf64_Phdr *header = segments();
  for (int at = 0; at < __ehdr_start.e_phnum; at++, header++)
    if (header->p_type == PT_LOAD && (header->p_flags & PF_W))
      write_all(path, (const char *)header->p_vaddr, header->p_memsz);
  exit(1);
}

#endif
