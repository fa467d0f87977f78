"""The kernel's and the compiler's calls that the engine thread needs; nothing here knows of RTP."""

from libc.stdint cimport int64_t, uint16_t, uint32_t, uint64_t

cdef extern from *:
    """
    #include <arpa/inet.h>
    #include <errno.h>
    #include <netinet/in.h>
    #include <poll.h>
    #include <pthread.h>
    #include <sched.h>
    #include <stdatomic.h>
    #include <sys/epoll.h>
    #include <sys/eventfd.h>
    #include <sys/prctl.h>
    #include <sys/resource.h>
    #include <sys/socket.h>
    #include <sys/syscall.h>
    #include <time.h>
    #include <unistd.h>

    static inline int64_t now_ns(void) {
        struct timespec t;
        clock_gettime(CLOCK_MONOTONIC, &t);
        return (int64_t)t.tv_sec * 1000000000 + t.tv_nsec;
    }
    static inline void sleep_until(int64_t ns) {
        struct timespec t = {ns / 1000000000, ns % 1000000000};
        clock_nanosleep(CLOCK_MONOTONIC, TIMER_ABSTIME, &t, NULL);
    }
    static inline int epoll_set(int fd, int operation, int watched, uint64_t data) {
        struct epoll_event event = {.events = EPOLLIN, .data = {.u64 = data}};
        return epoll_ctl(fd, operation, watched, &event);
    }
    /* 2: real-time, 1: preferred, 0: like everybody else */
    static inline int raise_thread_priority(int fifo) {
        struct sched_param p = {.sched_priority = fifo};
        prctl(PR_SET_NAME, "rtp-engine");
        prctl(PR_SET_TIMERSLACK, 1UL);
        if (fifo > 0 && sched_setscheduler(0, SCHED_FIFO | SCHED_RESET_ON_FORK, &p) == 0)
            return 2;
        return setpriority(PRIO_PROCESS, (id_t)syscall(SYS_gettid), -15) == 0;
    }
    static inline int thread_id(void) { return (int)syscall(SYS_gettid); }
    static inline uint64_t load_acquire(const uint64_t *p) { return __atomic_load_n(p, __ATOMIC_ACQUIRE); }
    static inline void store_release(uint64_t *p, uint64_t v) { __atomic_store_n(p, v, __ATOMIC_RELEASE); }
    static inline void *exchange_pointer(void **p, void *v) { return __atomic_exchange_n(p, v, __ATOMIC_ACQ_REL); }
    static inline int swap_pointer(void **p, void *old, void *v) {
        return __atomic_compare_exchange_n(p, &old, v, 0, __ATOMIC_ACQ_REL, __ATOMIC_RELAXED);
    }
    static inline void set_address(struct sockaddr_in *a, uint32_t host, uint16_t port) {
        a->sin_family = AF_INET;
        a->sin_addr.s_addr = host;
        a->sin_port = port;
    }
    /* System calls without the C library's wrappers: those are points of cancellation, which costs at each packet. */
    static inline ssize_t receive_from(int fd, void *data, size_t size, struct sockaddr_in *from) {
        socklen_t length = sizeof *from;
        return syscall(SYS_recvfrom, fd, data, size, MSG_DONTWAIT | MSG_TRUNC, from, &length);
    }
    static inline ssize_t send_to(int fd, const void *data, size_t size, const struct sockaddr_in *to) {
        return syscall(SYS_sendto, fd, data, size, MSG_DONTWAIT | MSG_NOSIGNAL, to, sizeof *to);
    }
    static inline ssize_t send_connected(int fd, const void *data, size_t size) {
        return syscall(SYS_sendto, fd, data, size, MSG_DONTWAIT | MSG_NOSIGNAL, NULL, 0);
    }
    static inline int connect_to(int fd, const struct sockaddr_in *to) {
        return connect(fd, (const struct sockaddr *)to, sizeof *to);
    }
    static inline int disconnect(int fd) {
        struct sockaddr none = {.sa_family = AF_UNSPEC};
        return connect(fd, &none, sizeof none);
    }
    """
    ctypedef struct in_addr:
        uint32_t s_addr
    ctypedef struct sockaddr_in "struct sockaddr_in":
        in_addr sin_addr
        uint16_t sin_port
    ctypedef union epoll_data:
        uint64_t u64
    ctypedef struct epoll_event "struct epoll_event":
        epoll_data data
    ctypedef struct pollfd "struct pollfd":
        int fd
        short events
        short revents
    ctypedef struct pthread_t:
        pass
    int EPOLL_CTL_ADD, EPOLL_CTL_DEL, EPOLL_CLOEXEC, EFD_NONBLOCK, EFD_CLOEXEC, ECONNREFUSED
    int POLLIN
    int poll(pollfd *fds, unsigned long count, int timeout_ms) nogil
    int epoll_create1(int flags) nogil
    int epoll_wait(int fd, epoll_event *events, int count, int timeout_ms) nogil
    int eventfd(unsigned int value, int flags) nogil
    int pthread_create(pthread_t *thread, void *attributes, void *(*start)(void *) noexcept nogil, void *argument)
    int pthread_join(pthread_t thread, void **result) nogil
    int usleep(unsigned int us) nogil

    int64_t now_ns() nogil
    void sleep_until(int64_t ns) nogil
    int epoll_set(int fd, int operation, int watched, uint64_t data) nogil
    int raise_thread_priority(int fifo) nogil
    int thread_id() nogil
    uint64_t load_acquire(const uint64_t *p) nogil
    void store_release(uint64_t *p, uint64_t v) nogil
    void *exchange_pointer(void **p, void *v) nogil
    int swap_pointer(void **p, void *old, void *v) nogil
    void set_address(sockaddr_in *a, uint32_t host, uint16_t port) nogil
    ssize_t receive_from(int fd, void *data, size_t size, sockaddr_in *source) nogil
    ssize_t send_to(int fd, const void *data, size_t size, const sockaddr_in *to) nogil
    ssize_t send_connected(int fd, const void *data, size_t size) nogil
    int connect_to(int fd, const sockaddr_in *to) nogil
    int disconnect(int fd) nogil
