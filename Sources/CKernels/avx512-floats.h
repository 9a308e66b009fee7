// What the two AVX-512 sets of floating point share between their gates and the loops: their sums are of
// single precision. Included by the file of each behind avx512-gates.h; it first says what differs:
//
//   store_output(rows, row, unit, h)   h of 16 units of a row from `unit`, as the next layer takes them

typedef __m512 sum;
// The sums of a tile: 16 columns (one gate) to a register.
typedef sum tile[ANIMO_TILE_ROWS][ANIMO_GATES];

PIECE sum first_sum(const char *header, int column) { return _mm512_load_ps((const float *)header + column); }

PIECE sum step_sum(const float *start, const char *header, int column) {
  (void)header;
  return _mm512_loadu_ps(start + column);
}

PIECE void finish_product(const sum sums[ANIMO_GATES], const char *header, const float *scales, ptrdiff_t row,
                          float *out) {
  (void)header, (void)scales, (void)row;
  store_sums(sums, out);
}

PIECE void finish_row(const sum sums[ANIMO_GATES], const struct animo_step_rows *rows,
                       ptrdiff_t block, ptrdiff_t row) {
  const ptrdiff_t unit = block * ANIMO_LANES;
  const __m512 h = update_cell(sums, rows->cell + row * rows->cell_stride + unit);
  store_output(rows, row, unit, h);
  if (rows->answers) _mm512_storeu_ps(rows->answers + row * rows->answers_stride + unit, h);
}

PIECE void finish_step(const int rows, tile sums, const char *header, const struct animo_step_rows *all,
                       ptrdiff_t block, ptrdiff_t first) {
  (void)header;
  UNROLLED for (int row = 0; row < rows; row++) finish_row(sums[row], all, block, first + row);
}
