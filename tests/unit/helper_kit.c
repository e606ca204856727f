/* The helper's end of the line on which letters come, for tests. */
#include <string.h>
#include <sys/socket.h>

#include "tests/unit/helper_kit.h"

int
helper_kit_letter(void)
{
	_Alignas(struct cmsghdr) char control[CMSG_SPACE(sizeof(int))];
	char what;
	struct iovec io = { &what, 1 };
	struct msghdr m = { 0 };
	int fd = -1;

	m.msg_iov = &io;
	m.msg_iovlen = 1;
	m.msg_control = control;
	m.msg_controllen = sizeof(control);
	if (recvmsg(0, &m, 0) != 1 || CMSG_FIRSTHDR(&m) == NULL)
		return -1;
	memcpy(&fd, CMSG_DATA(CMSG_FIRSTHDR(&m)), sizeof(fd));
	return fd;
}
