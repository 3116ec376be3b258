/* The exact scan as one would write it in C for AVX2: the loop against which bench/search.py measures ours.

   Eight cylinders stand side by side, word by word. For each cylinder of the probe and each block of a template:
   skip the block if no lane is turned alike; xor, count bits (a table of nibbles, two lanes of four words), and keep
   the smallest d / (norm + probe norm)^2 of each lane. A template's score is 1 - sqrt of it, the mean of the best nP. */
#include <immintrin.h>
#include <math.h>
#include <stdint.h>

enum { WORDS = 20, LANES = 8, MOST = 16 };

static inline __m256i count_bytes(__m256i v) {
  const __m256i table = _mm256_setr_epi8(0, 1, 1, 2, 1, 2, 2, 3, 1, 2, 2, 3, 2, 3, 3, 4,
                                         0, 1, 1, 2, 1, 2, 2, 3, 1, 2, 2, 3, 2, 3, 3, 4);
  const __m256i nibble = _mm256_set1_epi8(15);
  __m256i low = _mm256_and_si256(v, nibble), high = _mm256_and_si256(_mm256_srli_epi16(v, 4), nibble);
  return _mm256_add_epi8(_mm256_shuffle_epi8(table, low), _mm256_shuffle_epi8(table, high));
}

static inline __m256 differing(const uint64_t *block, const uint64_t *probe) {
  __m256i left = _mm256_setzero_si256(), right = left, zero = left;
  for (int w = 0; w < WORDS; w++) { /* at most 20 times 8 in a byte */
    __m256i word = _mm256_set1_epi64x((long long)probe[w]);
    const __m256i *eight = (const __m256i *)(block + LANES * w);
    left = _mm256_add_epi8(left, count_bytes(_mm256_xor_si256(word, _mm256_loadu_si256(eight))));
    right = _mm256_add_epi8(right, count_bytes(_mm256_xor_si256(word, _mm256_loadu_si256(eight + 1))));
  }
  left = _mm256_sad_epu8(left, zero);
  right = _mm256_sad_epu8(right, zero);
  __m256 packed = _mm256_shuffle_ps(_mm256_castsi256_ps(left), _mm256_castsi256_ps(right), 0x88);
  __m256i order = _mm256_setr_epi32(0, 1, 4, 5, 2, 3, 6, 7);
  return _mm256_cvtepi32_ps(_mm256_permutevar8x32_epi32(_mm256_castps_si256(packed), order));
}

static inline __m256 turned_alike(const uint8_t *angles, int angle, int reach) {
  __m256i turn = _mm256_cvtepu8_epi32(_mm_loadl_epi64((const __m128i *)angles));
  turn = _mm256_and_si256(_mm256_sub_epi32(turn, _mm256_set1_epi32(angle - reach)), _mm256_set1_epi32(255));
  return _mm256_castsi256_ps(_mm256_cmpgt_epi32(_mm256_set1_epi32(2 * reach + 1), turn));
}

void scan(const uint64_t *bits, const float *norms, const uint8_t *angles, const int64_t *offsets, int64_t rows,
          const uint64_t *probe_bits, const float *probe_norms, const uint8_t *probe_angles, int64_t cylinders,
          int reach, int wanted, float *scores) {
  for (int64_t row = 0; row < rows; row++) {
    float top[MOST];
    for (int k = 0; k < wanted; k++) top[k] = 1.0f;
    for (int64_t i = 0; i < cylinders; i++) {
      __m256 least = _mm256_set1_ps(1.0f), own = _mm256_set1_ps(probe_norms[i]);
      for (int64_t b = offsets[row]; b < offsets[row + 1]; b++) {
        __m256 alike = turned_alike(angles + LANES * b, probe_angles[i], reach);
        if (_mm256_testz_ps(alike, alike)) continue;
        __m256 norm = _mm256_add_ps(own, _mm256_loadu_ps(norms + LANES * b));
        __m256 unlike = _mm256_div_ps(differing(bits + (int64_t)WORDS * LANES * b, probe_bits + WORDS * i),
                                      _mm256_mul_ps(norm, norm));
        least = _mm256_min_ps(least, _mm256_blendv_ps(_mm256_set1_ps(1.0f), unlike, alike));
      }
      float lanes[LANES], smallest = 1.0f;
      _mm256_storeu_ps(lanes, least);
      for (int k = 0; k < LANES; k++) smallest = lanes[k] < smallest ? lanes[k] : smallest;
      if (smallest < top[wanted - 1]) {
        int k = wanted - 1;
        for (; k > 0 && top[k - 1] > smallest; k--) top[k] = top[k - 1];
        top[k] = smallest;
      }
    }
    float sum = 0.0f;
    for (int k = 0; k < wanted; k++) sum += 1.0f - sqrtf(top[k]);
    scores[row] = sum / (float)wanted;
  }
}
