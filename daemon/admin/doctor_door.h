#ifndef TEDUH_ADMIN_DOCTOR_DOOR_H
#define TEDUH_ADMIN_DOCTOR_DOOR_H

struct config;
struct err;

/*
 * Does somebody who comes to the web door on this machine find it open?  To
 * be run as the service's user.  0; -1 with ERR_RETRY (teduhd does not run),
 * ERR_IO (nobody answers there, or not as the door does) or ERR_GONE (it says
 * itself that it is closed).  With a certificate of its own it is seen that
 * it listens, and not what it says.
 */
int	doctor_door(const struct config *, struct err *);

#endif
