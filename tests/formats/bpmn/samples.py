"""Small files in the manner of three modelling tools, written for these tests."""

# ruff: noqa: E501 - lines as the tools break them

_DEFINITIONS = (
    '<?xml version="1.0" encoding="UTF-8"?>\n<{p}definitions xmlns{c}="http://www.omg.org/spec/BPMN/20100524/MODEL"'
    ' xmlns:bpmndi="http://www.omg.org/spec/BPMN/20100524/DI" xmlns:dc="http://www.omg.org/spec/DD/20100524/DC"'
    ' xmlns:di="http://www.omg.org/spec/DD/20100524/DI" {more} id="d" targetNamespace="urn:x">{body}</{p}definitions>'
)


def file(body: str, *, prefix: str = "bpmn", more: str = "") -> bytes:
    """Definitions around `body`; an empty prefix makes BPMN the namespace without one."""
    return _DEFINITIONS.format(
        p=f"{prefix}:" if prefix else "", c=f":{prefix}" if prefix else "", more=more, body=body
    ).encode()


CAMUNDA = file(
    """
  <bpmn:collaboration id="c"><bpmn:participant id="pool" name="营业厅" processRef="p"/>
    <bpmn:participant id="customer" name="客户"/>
    <bpmn:messageFlow id="m" name="来电" sourceRef="customer" targetRef="s"/></bpmn:collaboration>
  <bpmn:process id="p" isExecutable="true" camunda:historyTimeToLive="180">
    <bpmn:laneSet id="ls"><bpmn:lane id="l1" name="前台"><bpmn:flowNodeRef>s</bpmn:flowNodeRef>
      <bpmn:flowNodeRef>t1</bpmn:flowNodeRef><bpmn:flowNodeRef>g</bpmn:flowNodeRef></bpmn:lane>
      <bpmn:lane id="l2" name="后台"><bpmn:flowNodeRef>t2</bpmn:flowNodeRef></bpmn:lane></bpmn:laneSet>
    <bpmn:endEvent id="e" name="办结"><bpmn:incoming>f4</bpmn:incoming></bpmn:endEvent>
    <bpmn:startEvent id="s" name="来人"><bpmn:outgoing>f1</bpmn:outgoing></bpmn:startEvent>
    <bpmn:userTask id="t1" name="受理&#10;登记" camunda:assignee="li"><bpmn:documentation>看证件</bpmn:documentation>
      <bpmn:extensionElements><camunda:formData><camunda:formField id="x"/></camunda:formData></bpmn:extensionElements>
    </bpmn:userTask>
    <bpmn:exclusiveGateway id="g" name="齐全?" default="f3"/>
    <bpmn:serviceTask id="t2" name="处理"/>
    <bpmn:sequenceFlow id="f1" sourceRef="s" targetRef="t1"/>
    <bpmn:sequenceFlow id="f2" sourceRef="t1" targetRef="g"/>
    <bpmn:sequenceFlow id="f3" sourceRef="g" targetRef="t1"/>
    <bpmn:sequenceFlow id="f5" name="是" sourceRef="g" targetRef="t2">
      <bpmn:conditionExpression xsi:type="bpmn:tFormalExpression">${complete}</bpmn:conditionExpression>
    </bpmn:sequenceFlow>
    <bpmn:sequenceFlow id="f4" sourceRef="t2" targetRef="e"/>
    <bpmn:dataObjectReference id="d1" name="身份证"/>
  </bpmn:process>
  <bpmndi:BPMNDiagram id="di"><bpmndi:BPMNPlane id="pl" bpmnElement="c"/></bpmndi:BPMNDiagram>""",
    more='xmlns:camunda="http://camunda.org/schema/1.0/bpmn" xmlns:xsi="http://www.w3.org/2001/XMLSchema-instance"',
)

SIGNAVIO = file(
    """
  <process id="sid-1" name="报修" isClosed="false" processType="None">
    <extensionElements><signavio:signavioDiagramMetaData metaKey="revisionid" metaValue="7"/></extensionElements>
    <startEvent id="sid-2" name=""><outgoing>sid-9</outgoing></startEvent>
    <subProcess id="sid-3" name="抢修">
      <startEvent id="i1"/><task id="i2" name="到场"/><task id="i3" name="修复"/><endEvent id="i4"/>
      <sequenceFlow id="j1" sourceRef="i1" targetRef="i2"/><sequenceFlow id="j2" sourceRef="i2" targetRef="i3"/>
      <sequenceFlow id="j3" sourceRef="i3" targetRef="i4"/>
    </subProcess>
    <boundaryEvent id="b" name="超时" attachedToRef="i2"><timerEventDefinition><timeDuration>PT1H</timeDuration></timerEventDefinition></boundaryEvent>
    <parallelGateway id="sid-4" gatewayDirection="Diverging"/>
    <task id="sid-5" name="回访"><ioSpecification/></task><task id="sid-6" name="归档"/>
    <endEvent id="sid-7" name="结束"/>
    <sequenceFlow id="sid-9" sourceRef="sid-2" targetRef="sid-3"/>
    <sequenceFlow id="sid-10" sourceRef="sid-3" targetRef="sid-4"/>
    <sequenceFlow id="sid-11" sourceRef="sid-4" targetRef="sid-5"/>
    <sequenceFlow id="sid-12" sourceRef="sid-4" targetRef="sid-6"/>
    <sequenceFlow id="sid-13" sourceRef="sid-5" targetRef="sid-7"/>
    <sequenceFlow id="sid-14" sourceRef="sid-6" targetRef="sid-7"/>
    <sequenceFlow id="sid-15" sourceRef="b" targetRef="sid-7"/>
    <textAnnotation id="note"><text>节假日除外</text></textAnnotation>
  </process>""",
    prefix="", more='xmlns:signavio="http://www.signavio.com" exporter="Signavio Process Editor"',
)  # fmt: skip

BPMN_IO = file(
    """
  <bpmn2:process id="Process_1" isExecutable="false">
    <bpmn2:startEvent id="StartEvent_1"/>
    <bpmn2:task id="Activity_1" name="Check"/>
    <bpmn2:inclusiveGateway id="Gateway_1"/>
    <bpmn2:intermediateCatchEvent id="Event_1" name="Wait a day"><bpmn2:timerEventDefinition id="t"/></bpmn2:intermediateCatchEvent>
    <bpmn2:task id="Activity_2" name="Check"/>
    <bpmn2:endEvent id="Event_2" name="Done"/>
    <bpmn2:sequenceFlow id="Flow_1" sourceRef="StartEvent_1" targetRef="Activity_1"/>
    <bpmn2:sequenceFlow id="Flow_2" sourceRef="Activity_1" targetRef="Gateway_1"/>
    <bpmn2:sequenceFlow id="Flow_3" name="late" sourceRef="Gateway_1" targetRef="Event_1"/>
    <bpmn2:sequenceFlow id="Flow_4" name="by post" sourceRef="Gateway_1" targetRef="Event_1"/>
    <bpmn2:sequenceFlow id="Flow_5" sourceRef="Event_1" targetRef="Activity_2"/>
    <bpmn2:sequenceFlow id="Flow_6" sourceRef="Activity_2" targetRef="Event_2"/>
    <bpmn2:sequenceFlow id="Flow_7" sourceRef="Gateway_1" targetRef="Nowhere"/>
  </bpmn2:process>""",
    prefix="bpmn2",
)
