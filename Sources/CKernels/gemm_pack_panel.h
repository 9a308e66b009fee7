// How one panel of an operand is packed: included by the file of each instruction set, which first says
// TARGET, and then fills `pack_panel` of its table with one of the functions below.
//
// The loops are plain C for the compiler to vectorise: numbers are rounded along the direction in which they
// lie side by side in memory, and the lanes are then spread.
#include "gemm_versions.h"

#define PACKING TARGET static inline __attribute__((always_inline))

enum packing { FLOATS, ROUNDED_FLOATS, PAIRS };

// The lane of one number; of PAIRS of a number and the next one in the depth.
PACKING uint32_t packed_lane(enum packing packing, float first, float second) {
  if (packing == FLOATS) return animo_bits(first);
  if (packing == ROUNDED_FLOATS) return animo_bfloat16_bits(first);
  return animo_bfloat16_bits(first) >> 16 | animo_bfloat16_bits(second);
}

// One group of lines side by side in memory.
PACKING void pack_group(enum packing packing, ptrdiff_t lines, const float *first, const float *second,
                        uint32_t *lanes) {
  for (ptrdiff_t line = 0; line < lines; line++) {
    lanes[line] = packed_lane(packing, first[line], second[line]);
  }
}

// Lines side by side in memory: one group after the other, so that reads and writes run along.
PACKING void pack_along_lines(enum packing packing, const struct animo_gemm_source *source, ptrdiff_t lines,
                              ptrdiff_t groups, ptrdiff_t width, uint32_t *lanes) {
  static const float none[ANIMO_GEMM_WIDEST];
  const ptrdiff_t step = packing == PAIRS ? 2 : 1;
  for (ptrdiff_t group = 0; group < groups; group++, lanes += width) {
    const float *first = source->numbers + step * group * source->depth_stride;
    const bool has_second = step * group + 1 < source->depth;
    pack_group(packing, lines, first, has_second ? first + source->depth_stride : none, lanes);
    for (ptrdiff_t line = lines; line < width; line++) lanes[line] = 0;
  }
}

enum { SOME = 32 };

// The lanes of at most SOME groups of one line, side by side.
PACKING void round_some(enum packing packing, const float *numbers, ptrdiff_t stride, ptrdiff_t depth,
                        ptrdiff_t groups, uint32_t some[SOME]) {
  const ptrdiff_t step = packing == PAIRS ? 2 : 1;
  const ptrdiff_t whole = animo_least(groups, depth / step);
  for (ptrdiff_t group = 0; group < whole; group++) {
    const float *number = numbers + step * group * stride;
    some[group] = packed_lane(packing, number[0], number[(step - 1) * stride]);
  }
  if (whole < groups) some[whole] = packed_lane(packing, numbers[step * whole * stride], 0);
}

// Any strides: some groups of every line, so that the lanes written stay in the first-level cache.
PACKING void pack_across_lines(enum packing packing, const struct animo_gemm_source *source,
                               ptrdiff_t stride, ptrdiff_t lines, ptrdiff_t groups, ptrdiff_t width,
                               uint32_t *lanes) {
  const ptrdiff_t step = packing == PAIRS ? 2 : 1;
  for (ptrdiff_t first = 0; first < groups; first += SOME, lanes += SOME * width) {
    const ptrdiff_t count = animo_least(SOME, groups - first);
    for (ptrdiff_t line = 0; line < lines; line++) {
      const float *numbers = source->numbers + line * source->line_stride + step * first * stride;
      uint32_t some[SOME];
      round_some(packing, numbers, stride, source->depth - step * first, count, some);
      for (ptrdiff_t group = 0; group < count; group++) lanes[group * width + line] = some[group];
    }
    for (ptrdiff_t group = 0; group < count; group++) {
      for (ptrdiff_t line = lines; line < width; line++) lanes[group * width + line] = 0;
    }
  }
}

PACKING void pack_panel(enum packing packing, const struct animo_gemm_source *source, ptrdiff_t lines,
                        ptrdiff_t groups, ptrdiff_t width, uint32_t *lanes) {
  if (source->line_stride == 1) {
    pack_along_lines(packing, source, lines, groups, width, lanes);
  } else if (source->depth_stride == 1) {
    pack_across_lines(packing, source, 1, lines, groups, width, lanes);
  } else {
    pack_across_lines(packing, source, source->depth_stride, lines, groups, width, lanes);
  }
}

#define PACK_PANEL(name, packing)                                                                     \
  TARGET static void name(const struct animo_gemm_source *source, ptrdiff_t lines, ptrdiff_t groups,  \
                          ptrdiff_t width, uint32_t *lanes) {                                         \
    pack_panel(packing, source, lines, groups, width, lanes);                                         \
  }
