"""Networks of queues, simulated: nodes with work, ways between them, pools of servers, cases that walk."""
