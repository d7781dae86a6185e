/* Linux calls that glibc declares only under _GNU_SOURCE, which Swift's Glibc module is built without. */
#include <sys/types.h>

#define RELIFT_RENAME_NOREPLACE 1u
#define RELIFT_RENAME_EXCHANGE 2u

int renameat2(int old_folder, const char *old_path, int new_folder, const char *new_path, unsigned int flags);
int syncfs(int descriptor);
ssize_t copy_file_range(
    int from, long long *from_offset, int to, long long *to_offset, size_t count, unsigned int flags);
int sched_getaffinity(pid_t process, size_t size, void *processors);
