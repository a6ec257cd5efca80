// The plugin's allocator. A call lives for a millisecond and makes some 10,000 small objects, most of which
// live to its end: musl's allocator takes a quarter of the call, this one next to nothing.
//
// Memory comes from chunks, front to back; what is freed waits in a list of its size for the next of that size.
// Nothing goes back to the system before the end. One thread only. The first chunk is part of the executable's
// data, see freeze.c. Others are asked for with their pages, as a call uses most of them: that takes less than
// a page fault for each. An ADD takes less than one.

// For musl only: glibc has parts that bring their own.

#include <errno.h>
#include <stddef.h>
#include <stdint.h>
#include <string.h>
#include <sys/mman.h>

#ifndef __GLIBC__

#define FIRST_CHUNK ((size_t)512 * 1024)
#define CHUNK ((size_t)32 * 1024)
/** Sizes up to this are rounded to 16 bytes, larger ones to a power of two. */
#define SMALL 512
#define LARGEST ((size_t)1 << 40)

/** Before each object. 16 bytes, so that objects are aligned to 16. */
typedef struct {
  size_t size;
  size_t unused;
} Header;

static char first_chunk[FIRST_CHUNK] __attribute__((aligned(4096)));
static char *next = first_chunk, *end = first_chunk + FIRST_CHUNK;
static void *freed[80];
static int chunks;

static size_t rounded(size_t size) {
  if (size <= SMALL) return size == 0 ? 16 : (size + 15) & ~(size_t)15;
  return (size_t)1 << (64 - __builtin_clzl(size - 1));
}

static void **list_of(size_t rounded_size) {
  if (rounded_size <= SMALL) return &freed[rounded_size / 16];
  return &freed[SMALL / 16 + __builtin_ctzl(rounded_size) - 9];
}

static char *chunk(size_t size) {
  int flags = MAP_PRIVATE | MAP_ANONYMOUS | (size == CHUNK ? MAP_POPULATE : 0);
  void *got = mmap(0, size, PROT_READ | PROT_WRITE, flags, -1, 0);
  chunks++;
  return got == MAP_FAILED ? 0 : got;
}

void *malloc(size_t size) {
  if (size > LARGEST) return errno = ENOMEM, (void *)0;
  size = rounded(size);
  void **list = list_of(size), *object = *list;
  if (object) {
    *list = *(void **)object;
    return object;
  }
  size_t whole = size + sizeof(Header);
  char *place;
  if (whole <= (size_t)(end - next)) {
    place = next;
    next += whole;
  } else if (whole > CHUNK / 4) {
    place = chunk(whole);
  } else if ((place = chunk(CHUNK))) {
    next = place + whole;
    end = place + CHUNK;
  }
  if (!place) return 0;
  ((Header *)place)->size = size;
  return place + sizeof(Header);
}

size_t malloc_usable_size(void *object) { return object ? ((Header *)object)[-1].size : 0; }

void free(void *object) {
  if (!object) return;
  void **list = list_of(malloc_usable_size(object));
  *(void **)object = *list;
  *list = object;
}

void *realloc(void *object, size_t size) {
  size_t had = malloc_usable_size(object);
  if (object && size <= had) return object;
  void *grown = malloc(size);
  if (!grown || !object) return grown;
  memcpy(grown, object, had);
  free(object);
  return grown;
}

void *calloc(size_t count, size_t each) {
  size_t size;
  if (__builtin_mul_overflow(count, each, &size)) return errno = ENOMEM, (void *)0;
  void *object = malloc(size);
  if (object) memset(object, 0, size);
  return object;
}

/**
 * What comes from now on lies outside the first chunk, so that less of the picture has to be copied. Gives 0
 * when something lies outside already, else tells which whole pages of it are in use.
 */
int leave_first_chunk(char **start, char **used) {
  *start = first_chunk;
  *used = (char *)(((uintptr_t)next + 4095) & ~(uintptr_t)4095);
  next = end;
  return chunks == 0;
}

#endif
