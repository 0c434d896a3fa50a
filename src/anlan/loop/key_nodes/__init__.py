"""Key nodes 关键节点: which steps decide the risk of the process, and how sure the ranking is."""
