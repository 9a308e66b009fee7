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

void animo_gemm_pack(const struct animo_gemm *gemm, const struct animo_packed *operand, const float *numbers,
                     ptrdiff_t line_stride, ptrdiff_t depth_stride) {
  const struct animo_depth depth = animo_cut_depth(gemm, operand->depth);
  const ptrdiff_t width = operand->width;
  for (ptrdiff_t group = 0; group < depth.groups; group += depth.length) {
    const ptrdiff_t groups = animo_least(depth.length, depth.groups - group);
    const ptrdiff_t k = group * gemm->group;
    for (ptrdiff_t panel = 0; panel * width < operand->lines; panel++) {
      const struct animo_gemm_source source = {numbers + panel * width * line_stride + k * depth_stride,
                                               line_stride, depth_stride, operand->depth - k};
      const ptrdiff_t lines = animo_least(width, operand->lines - panel * width);
      gemm->pack_panel(&source, lines, groups, width, animo_packed_panel(operand, group, groups, panel));
    }
  }
}
