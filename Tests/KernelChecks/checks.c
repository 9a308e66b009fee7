#include "checks.h"

#include <math.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/mman.h>
#include <unistd.h>

// The stretches of memory that are in use.
static struct stretch {
  void *start;
  size_t size;
} *stretches;
static ptrdiff_t stretch_count, stretch_room;

static void give_up(const char *why) {
  perror(why);
  exit(2);
}

void *room(size_t bytes) {
  const size_t page = (size_t)sysconf(_SC_PAGESIZE);
  const size_t size = (bytes + page - 1) / page * page + page;
  if (stretch_count == stretch_room) {
    stretch_room = 2 * stretch_room + 64;
    stretches = realloc(stretches, (size_t)stretch_room * sizeof *stretches);
    if (!stretches) give_up("memory");
  }
  char *start = mmap(NULL, size, PROT_READ | PROT_WRITE, MAP_PRIVATE | MAP_ANONYMOUS, -1, 0);
  if (start == MAP_FAILED || mprotect(start + size - page, page, PROT_NONE)) give_up("memory");
  stretches[stretch_count++] = (struct stretch){start, size};
  return start + size - page - bytes;
}

void release_all(void) {
  while (stretch_count > 0) {
    stretch_count--;
    munmap(stretches[stretch_count].start, stretches[stretch_count].size);
  }
}

// A NaN that no arithmetic makes.
static const uint32_t untouched_bits = 0x7fcafe01;

float *untouched(ptrdiff_t count) {
  float *numbers = room((size_t)count * sizeof *numbers);
  for (ptrdiff_t i = 0; i < count; i++) memcpy(&numbers[i], &untouched_bits, sizeof untouched_bits);
  return numbers;
}

bool is_untouched(float number) { return memcmp(&number, &untouched_bits, sizeof number) == 0; }

// A linear congruential generator with the constants of Knuth's MMIX.
float next_number(struct numbers *numbers) {
  numbers->state = numbers->state * 6364136223846793005u + 1442695040888963407u;
  return (float)(int32_t)(numbers->state >> 32) / 2147483648.0f;
}

float *next_numbers(struct numbers *numbers, ptrdiff_t count, float factor) {
  float *list = room((size_t)count * sizeof *list);
  for (ptrdiff_t i = 0; i < count; i++) list[i] = next_number(numbers) * factor;
  return list;
}

static char subject[200];
static ptrdiff_t failure_count;

void checking(const char *version, const char *what, ptrdiff_t a, ptrdiff_t b, ptrdiff_t c) {
  snprintf(subject, sizeof subject, "%s: %s (%td, %td, %td)", version, what, a, b, c);
}

ptrdiff_t failures(void) { return failure_count; }

void expect(bool condition, const char *what) {
  if (condition) return;
  failure_count++;
  printf("%s: %s\n", subject, what);
}

static void expect_number(const char *what, ptrdiff_t index, double found, double expected, bool is_so) {
  if (is_so) return;
  failure_count++;
  printf("%s: %s: %.9g instead of %.9g at %td\n", subject, what, found, expected, index);
}

void expect_close(const char *what, ptrdiff_t count, const float *found, const double *exact,
                  double tolerance) {
  for (ptrdiff_t i = 0; i < count; i++) {
    const bool is_close = fabs(found[i] - exact[i]) <= tolerance;
    expect_number(what, i, found[i], exact[i], is_close);
    if (!is_close) return;
  }
}

void expect_near(const char *what, ptrdiff_t count, const float *found, const float *others,
                 double tolerance) {
  for (ptrdiff_t i = 0; i < count; i++) {
    const bool is_near = fabs((double)found[i] - others[i]) <= tolerance;
    expect_number(what, i, found[i], others[i], is_near);
    if (!is_near) return;
  }
}

static bool is_same(float one, float other) {
  return memcmp(&one, &other, sizeof one) == 0 || (isnan(one) && isnan(other));
}

void expect_same(const char *what, ptrdiff_t count, const float *found, const float *others) {
  for (ptrdiff_t i = 0; i < count; i++) {
    expect_number(what, i, found[i], others[i], is_same(found[i], others[i]));
    if (!is_same(found[i], others[i])) return;
  }
}

static const char *const digest_names[DIGESTS] = {"int8", "fp32", "training", "optimiser", "rows"};
static struct {
  uint64_t hash;
  ptrdiff_t bytes;
} digests[DIGESTS];

// FNV-1a, 64 bits.
void add_bytes_to_digest(enum digest digest, ptrdiff_t count, const void *bytes) {
  if (digests[digest].bytes == 0) digests[digest].hash = 0xcbf29ce484222325u;
  digests[digest].bytes += count;
  for (ptrdiff_t i = 0; i < count; i++) {
    digests[digest].hash = (digests[digest].hash ^ ((const uint8_t *)bytes)[i]) * 0x100000001b3u;
  }
}

void add_to_digest(enum digest digest, ptrdiff_t count, const float *numbers) {
  for (ptrdiff_t i = 0; i < count; i++) {
    const float number = isnan(numbers[i]) ? NAN : numbers[i];
    add_bytes_to_digest(digest, sizeof number, &number);
  }
}

void print_digests(void) {
  for (int digest = 0; digest < DIGESTS; digest++) {
    if (digests[digest].bytes == 0) continue;
    printf("%s: %016llx\n", digest_names[digest], (unsigned long long)digests[digest].hash);
  }
}
