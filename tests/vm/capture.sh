# SPDX-License-Identifier: Apache-2.0
#
# falco live, through the plugin that SOURCE names: it says when it captures, sees what happens, in containers too,
# and ends at SIGTERM.
. /vm/guest.sh
configure
start_falco

su user -s /bin/sh -c 'cat /etc/hosts >/dev/null'

/bin/cat /etc/shadow >/dev/null
expect read_sensitive_file_untrusted 'command=cat /etc/shadow file=/etc/shadow'

/bin/touch /etc/written_by_the_test
expect write_below_etc 'command=touch /etc/written_by_the_test'

cp /bin/busybox /tmp/true && /tmp/true true
expect execute_below_tmp 'executable=/tmp/true'

in_container /bin/sh -c 'ls / >/dev/null'
expect create_namespace '-m -u -i -p -f --mount-proc /bin/sh'
expect mount_in_container 'directory=/proc type=proc container=0123456789ab'
expect mount_in_container 'command=unshare'
expect run_shell_in_container 'container_id=0123456789ab'

await_alerts
stop_falco
judge
finish
