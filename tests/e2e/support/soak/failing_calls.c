// write() and fsync() that fail at a chosen call, for a program that this is preloaded into. Which ones is said by a file
// that the test writes and every process maps (CLOUDVNO_FAILING_CALLS); only files below CLOUDVNO_FAILING_FOLDER count.
#define _GNU_SOURCE
#include <dlfcn.h>
#include <errno.h>
#include <fcntl.h>
#include <stdint.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/mman.h>
#include <sys/uio.h>
#include <unistd.h>

enum { writes = 1, syncs = 2 };

static struct {
  int64_t calls;    // of the kinds that count, since the test wrote this
  int64_t fail_at;  // the call of this number fails; 0: none
  int64_t kinds;    // bits
  int64_t error;    // errno
  int64_t failed;   // how many did
} volatile* orders;
static const char* folder;

__attribute__((constructor)) static void read_orders(void) {
  const char* path = getenv("CLOUDVNO_FAILING_CALLS");
  folder = getenv("CLOUDVNO_FAILING_FOLDER");
  if (!path || !folder) return;
  const int file = open(path, O_RDWR | O_CLOEXEC);
  if (file < 0) return;
  void* map = mmap(NULL, sizeof *orders, PROT_READ | PROT_WRITE, MAP_SHARED, file, 0);
  close(file);
  if (map != MAP_FAILED) orders = map;
}

static int is_below_folder(int file) {
  char link[64], path[4096];
  snprintf(link, sizeof link, "/proc/self/fd/%d", file);
  const ssize_t length = readlink(link, path, sizeof path - 1);
  if (length <= 0) return 0;
  path[length] = 0;
  return strncmp(path, folder, strlen(folder)) == 0;
}

static int fails(int file, int kind) {
  if (!orders || !orders->fail_at || !(orders->kinds & kind) || !is_below_folder(file)) return 0;
  if (__atomic_add_fetch(&orders->calls, 1, __ATOMIC_SEQ_CST) != orders->fail_at) return 0;
  __atomic_add_fetch(&orders->failed, 1, __ATOMIC_SEQ_CST);
  errno = (int)orders->error;
  return 1;
}

#define REAL(name) ((__typeof__(&name))dlsym(RTLD_NEXT, #name))
#define FAILING(result, name, kind, parameters, arguments) \
  result name parameters {                                 \
    static __typeof__(&name) real;                         \
    if (!real) real = REAL(name);                          \
    return fails(file, kind) ? -1 : real arguments;        \
  }

FAILING(ssize_t, write, writes, (int file, const void* data, size_t size), (file, data, size))
FAILING(ssize_t, writev, writes, (int file, const struct iovec* data, int count), (file, data, count))
FAILING(ssize_t, pwrite, writes, (int file, const void* data, size_t size, off_t at), (file, data, size, at))
FAILING(ssize_t, pwrite64, writes, (int file, const void* data, size_t size, off64_t at), (file, data, size, at))
FAILING(int, ftruncate, writes, (int file, off_t size), (file, size))
FAILING(int, ftruncate64, writes, (int file, off64_t size), (file, size))
FAILING(int, fsync, syncs, (int file), (file))
FAILING(int, fdatasync, syncs, (int file), (file))
