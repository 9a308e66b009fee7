// Operands of a product → panels in the order in which the tiles read them (see gemm.h).
#include "gemm_versions.h"

float animo_rounded_to_bfloat16(float number) { return animo_number(animo_bfloat16_bits(number)); }

ptrdiff_t animo_gemm_left_width(const struct animo_gemm *gemm, ptrdiff_t rows) {
  // 128 rows in tiles of 14 are nine tiles of 13 and one of 11, not nine of 14 and one of 2: a small tile
  // has too few chains of sums to keep the multipliers busy.
  return rows > 0 ? animo_blocks(rows, animo_blocks(rows, gemm->tile_rows)) : 1;
}

size_t animo_gemm_packed_size(const struct animo_gemm *gemm, const struct animo_packed *operand) {
  const ptrdiff_t lines = animo_blocks(operand->lines, operand->width) * operand->width;
  return sizeof(uint32_t) * (size_t)(lines * animo_blocks(operand->depth, gemm->group));
}

// Where one panel's numbers come from. Inlined with constant strides and kinds, so that the compiler
// vectorises each.
struct source {
  const float *numbers;  // of the panel's first line, at the block's first k
  ptrdiff_t line_stride;
  ptrdiff_t depth_stride;
  ptrdiff_t depth;  // steps from here to the end of the operand
};

enum kind { FLOATS, ROUNDED_FLOATS, PAIRS };

#define PIECE static inline __attribute__((always_inline))

// The lane of one line at `group` of the block.
PIECE uint32_t lane(const struct source *source, enum kind kind, const float *line, ptrdiff_t group,
                    ptrdiff_t depth_stride) {
  if (kind == FLOATS) return animo_bits(line[group * depth_stride]);
  if (kind == ROUNDED_FLOATS) return animo_bfloat16_bits(line[group * depth_stride]);
  const uint32_t low = animo_bfloat16_bits(line[2 * group * depth_stride]) >> 16;
  const bool has_second = 2 * group + 1 < source->depth;
  return has_second ? low | animo_bfloat16_bits(line[(2 * group + 1) * depth_stride]) : low;
}

// Lines side by side in memory: one group after the other, so that reads and writes run along.
PIECE void pack_along_lines(const struct source *source, enum kind kind, ptrdiff_t lines, ptrdiff_t groups,
                            ptrdiff_t width, uint32_t *lanes) {
  for (ptrdiff_t group = 0; group < groups; group++, lanes += width) {
    for (ptrdiff_t line = 0; line < lines; line++) {
      lanes[line] = lane(source, kind, source->numbers + line, group, source->depth_stride);
    }
    for (ptrdiff_t line = lines; line < width; line++) lanes[line] = 0;
  }
}

// Any strides: a few groups of every line, so that the lanes written stay in the first-level cache.
PIECE void pack_across_lines(const struct source *source, enum kind kind, ptrdiff_t depth_stride,
                             ptrdiff_t lines, ptrdiff_t groups, ptrdiff_t width, uint32_t *lanes) {
  enum { FEW = 32 };
  for (ptrdiff_t first = 0; first < groups; first += FEW) {
    const ptrdiff_t end = animo_least(first + FEW, groups);
    for (ptrdiff_t line = 0; line < lines; line++) {
      const float *numbers = source->numbers + line * source->line_stride;
      _Pragma("clang loop unroll_count(4)") for (ptrdiff_t group = first; group < end; group++) {
        lanes[group * width + line] = lane(source, kind, numbers, group, depth_stride);
      }
    }
    for (ptrdiff_t group = first; group < end; group++) {
      for (ptrdiff_t line = lines; line < width; line++) lanes[group * width + line] = 0;
    }
  }
}

PIECE void pack_panel(const struct source *source, enum kind kind, ptrdiff_t lines, ptrdiff_t groups,
                      ptrdiff_t width, uint32_t *lanes) {
  if (source->line_stride == 1) {
    pack_along_lines(source, kind, lines, groups, width, lanes);
  } else if (source->depth_stride == 1) {
    pack_across_lines(source, kind, 1, lines, groups, width, lanes);
  } else {
    pack_across_lines(source, kind, source->depth_stride, lines, groups, width, lanes);
  }
}

void animo_gemm_pack(const struct animo_gemm *gemm, const struct animo_packed *operand, const float *numbers,
                     ptrdiff_t line_stride, ptrdiff_t depth_stride) {
  const struct animo_depth depth = animo_cut_depth(gemm, operand->depth);
  const ptrdiff_t width = operand->width;
  for (ptrdiff_t group = 0; group < depth.groups; group += depth.length) {
    const ptrdiff_t groups = animo_least(depth.length, depth.groups - group);
    const ptrdiff_t k = group * gemm->group;
    for (ptrdiff_t panel = 0; panel * width < operand->lines; panel++) {
      const struct source source = {numbers + panel * width * line_stride + k * depth_stride, line_stride,
                                    depth_stride, operand->depth - k};
      const ptrdiff_t lines = animo_least(width, operand->lines - panel * width);
      uint32_t *lanes = animo_packed_panel(operand, group, groups, panel);
      if (gemm->group == 2) {
        pack_panel(&source, PAIRS, lines, groups, width, lanes);
      } else if (gemm->precision == ANIMO_GEMM_BFLOAT16) {
        pack_panel(&source, ROUNDED_FLOATS, lines, groups, width, lanes);
      } else {
        pack_panel(&source, FLOATS, lines, groups, width, lanes);
      }
    }
  }
}
